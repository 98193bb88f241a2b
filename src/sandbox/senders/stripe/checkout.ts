import type { Route } from "../../http/service.ts";
import { isObject, type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { newCustomer } from "./customers.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import {
  boolean,
  choice,
  currency,
  integer,
  list,
  mergedMetadata,
  metadata,
  object,
  text,
  timestamp,
  url,
} from "./parameters.ts";
import { create } from "./payment-intents.ts";
import { newPrice, recurring } from "./prices.ts";
import { invalid, unexpectedState } from "./refusal.ts";
import { type LineItem, lineItems, newSubscription } from "./subscriptions.ts";

const kind = "checkout.session";
const day = 86_400;

const priceData = object(
  { currency, product: text, product_data: object({ name: text, metadata }, "name"), recurring, unit_amount: integer },
  "currency",
);

export const checkoutRoutes: readonly Route[] = [
  endpoint(
    "POST",
    "/v1/checkout/sessions",
    {
      allow_promotion_codes: boolean,
      cancel_url: url,
      client_reference_id: text,
      customer: text,
      customer_email: text,
      expires_at: timestamp,
      line_items: list(object({ price: text, price_data: priceData, quantity: integer })),
      locale: text,
      metadata,
      mode: choice("payment", "subscription"),
      payment_intent_data: object({
        capture_method: choice("automatic", "automatic_async", "manual"),
        metadata,
        transfer_group: text,
      }),
      payment_method_types: list(text),
      subscription_data: object({ description: text, metadata, trial_period_days: integer }),
      success_url: url,
    },
    ({ call, parameters }) => open(call, parameters),
    ["mode", "line_items", "success_url"],
  ),
  endpoint("GET", "/v1/checkout/sessions", listParameters({ customer: text, subscription: text }), (request) => {
    const { call, parameters, http } = request;
    const all = allOf(call, kind).filter(
      (session) =>
        (parameters.customer ?? session.customer) === session.customer &&
        (parameters.subscription ?? session.subscription) === session.subscription,
    );
    return pageOf(http, all.map(shownSession), parameters, "/v1/checkout/sessions");
  }),
  endpoint("GET", "/v1/checkout/sessions/{id}", {}, ({ call, path }) => shownSession(find(call, kind, path("id")))),
  endpoint("GET", "/v1/checkout/sessions/{id}/line_items", listParameters(), ({ call, parameters, path, http }) => {
    const items = find(call, kind, path("id")).items;
    const rows = Array.isArray(items) ? items.filter(isObject) : [];
    return pageOf(http, rows, parameters, `/v1/checkout/sessions/${path("id")}/line_items`);
  }),
  endpoint("POST", "/v1/checkout/sessions/{id}/expire", {}, ({ call, path }) => {
    const session = find(call, kind, path("id"));
    if (session.status !== "open") {
      throw unexpectedState(
        'Only Checkout Sessions with a status in ["open"] can be expired.',
        "resource_already_exists",
      );
    }
    Object.assign(session, { status: "expired", url: null });
    store(call, session);
    emit(call, "checkout.session.expired", shownSession(session));
    return shownSession(session);
  }),
];

function open(call: StripeCall, parameters: JsonObject): JsonObject {
  const items = itemsOf(call, parameters);
  const subscribes = parameters.mode === "subscription";
  if (subscribes !== items.some(({ price }) => price.type === "recurring")) {
    throw invalid(
      subscribes
        ? "You must provide at least one recurring price in `subscription` mode when using prices."
        : "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.",
      null,
      "line_items",
    );
  }
  if (typeof parameters.customer === "string") find(call, "customer", parameters.customer, "customer");
  const total = items.reduce((sum, { price, quantity }) => sum + (numberAt(price, "unit_amount") ?? 0) * quantity, 0);
  const id = stripeId(call.world, "cs").replace("cs_1S", "cs_test_a1");
  const session = store(call, {
    id,
    object: kind,
    amount_subtotal: total,
    amount_total: total,
    cancel_url: parameters.cancel_url ?? null,
    client_reference_id: parameters.client_reference_id ?? null,
    created: seconds(call.world),
    currency: items[0]?.price.currency ?? null,
    customer: parameters.customer ?? null,
    customer_details: null,
    customer_email: parameters.customer_email ?? null,
    expires_at: parameters.expires_at ?? seconds(call.world) + day,
    invoice: null,
    livemode: false,
    locale: parameters.locale ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    mode: parameters.mode ?? null,
    payment_intent: null,
    payment_method_types: parameters.payment_method_types ?? ["card"],
    payment_status: "unpaid",
    status: "open",
    subscription: null,
    success_url: parameters.success_url ?? null,
    ui_mode: "hosted",
    url: `${call.world.base}/checkout.stripe.com/c/pay/${id}`,
    // What is done when the payer has paid; no answer shows it.
    items: items.map(({ price, quantity }) => ({
      id: stripeId(call.world, "li"),
      object: "item",
      amount_total: (numberAt(price, "unit_amount") ?? 0) * quantity,
      currency: price.currency ?? null,
      price: structuredClone(price),
      quantity,
    })),
    plan: {
      subscription: parameters.subscription_data ?? {},
      payment: parameters.payment_intent_data ?? {},
    },
  });
  return shownSession(session);
}

function itemsOf(call: StripeCall, parameters: JsonObject): LineItem[] {
  const rows = Array.isArray(parameters.line_items) ? parameters.line_items.filter(isObject) : [];
  const priced = rows.map((row) =>
    isObject(row.price_data) ? { ...row, price: newPrice(call, row.price_data).id ?? null } : row,
  );
  return lineItems(call, priced, "line_items");
}

export function shownSession(session: JsonObject): JsonObject {
  const { items: _items, plan: _plan, ...shown } = session;
  return shown;
}

/**
 * The payer has filled in Stripe's page: the customer, the subscription or payment, the events. Refuses a session that
 * is no longer open, and a card that declines (402).
 */
export function pay(call: StripeCall, session: JsonObject, payer: { email: string; card: string }): JsonObject {
  if (session.status !== "open" || (numberAt(session, "expires_at") ?? 0) <= seconds(call.world)) {
    throw unexpectedState("This Checkout Session is no longer open.", "checkout_session_not_open");
  }
  const items = Array.isArray(session.items) ? session.items.filter(isObject) : [];
  const plan = objectAt(session, "plan");
  if (session.mode === "payment") {
    const { card } = payer;
    const intent = create(call, {
      ...objectAt(plan, "payment"),
      amount: session.amount_total ?? 0,
      currency: session.currency ?? "",
      payment_method: card,
      confirm: true,
    });
    session.payment_intent = String(intent.id);
  } else {
    const known = textAt(session, "customer");
    const customer = known ?? String(newCustomer(call, { email: payer.email }).id);
    const subscription = newSubscription(
      call,
      customer,
      items.map((item) => ({ price: objectAt(item, "price"), quantity: numberAt(item, "quantity") ?? 1 })),
      { ...objectAt(plan, "subscription"), default_payment_method: payer.card },
    );
    Object.assign(session, {
      customer,
      subscription: String(subscription.id),
      invoice: subscription.latest_invoice ?? null,
    });
  }
  Object.assign(session, {
    customer_details: { email: payer.email, name: null, phone: null, address: null },
    payment_status: "paid",
    status: "complete",
    url: null,
  });
  store(call, session);
  emit(call, "checkout.session.completed", shownSession(session));
  return session;
}
