import type { World } from "../../http/call.ts";
import type { Route } from "../../http/service.ts";
import { isObject, type Json, type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { allOf, find, lookUp, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { bill } from "./invoices.ts";
import { listParameters, pageOf } from "./lists.ts";
import { boolean, choice, integer, list, mergedMetadata, metadata, object, text } from "./parameters.ts";
import { invalid, noSuch } from "./refusal.ts";

export const renewalKind = "stripe-renewal";

export const subscriptionRoutes: readonly Route[] = [
  endpoint(
    "POST",
    "/v1/subscriptions",
    {
      customer: text,
      items: list(object({ price: text, quantity: integer }, "price")),
      metadata,
      default_payment_method: text,
      trial_period_days: integer,
      cancel_at_period_end: boolean,
      off_session: boolean,
    },
    ({ call, parameters }) => {
      const customer = find(call, "customer", String(parameters.customer), "customer");
      return newSubscription(call, String(customer.id), lineItems(call, parameters.items, "items"), parameters);
    },
    ["customer", "items"],
  ),
  endpoint(
    "GET",
    "/v1/subscriptions",
    listParameters({
      customer: text,
      price: text,
      status: choice("all", "active", "canceled", "past_due", "trialing"),
    }),
    ({ call, parameters, http }) => {
      const wanted = textAt(parameters, "status");
      const all = allOf(call, "subscription").filter(
        (row) =>
          (parameters.customer ?? row.customer) === row.customer &&
          (wanted === "all" || (wanted === null ? row.status !== "canceled" : row.status === wanted)),
      );
      return pageOf(http, all, parameters, "/v1/subscriptions");
    },
  ),
  endpoint("GET", "/v1/subscriptions/{id}", {}, ({ call, path }) => find(call, "subscription", path("id"))),
  endpoint(
    "POST",
    "/v1/subscriptions/{id}",
    { cancel_at_period_end: boolean, default_payment_method: text, metadata },
    ({ call, parameters, path }) => change(call, find(call, "subscription", path("id")), parameters),
  ),
  endpoint(
    "DELETE",
    "/v1/subscriptions/{id}",
    { invoice_now: boolean, prorate: boolean, cancellation_details: object({ comment: text, feedback: text }) },
    ({ call, path }) => {
      const subscription = find(call, "subscription", path("id"));
      if (subscription.status === "canceled") throw noSuch("subscription", path("id"), "id");
      return end(call, subscription);
    },
  ),
];

export interface LineItem {
  readonly price: JsonObject;
  readonly quantity: number;
}

/** The prices of a list of items; refuses one that is not there, at its place in the parameters. */
export function lineItems(call: StripeCall, items: Json | undefined, at: string): LineItem[] {
  return (Array.isArray(items) ? items : []).filter(isObject).map((item, index) => {
    const id = String(item.price);
    const price = lookUp(call, "price", id);
    if (price === undefined) throw noSuch("price", id, `${at}[${index}][price]`, 400);
    return { price, quantity: numberAt(item, "quantity") ?? 1 };
  });
}

export function newSubscription(
  call: StripeCall,
  customer: string,
  items: readonly LineItem[],
  parameters: JsonObject,
): JsonObject {
  const [first] = items;
  if (first === undefined || items.some(({ price }) => price.type !== "recurring")) {
    throw invalid(
      "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.",
      null,
      "items[0][price]",
    );
  }
  const now = seconds(call.world);
  const trialDays = numberAt(parameters, "trial_period_days") ?? 0;
  const periodEnd = trialDays > 0 ? now + trialDays * 86_400 : later(now, first.price);
  const id = stripeId(call.world, "sub");
  const subscription: JsonObject = {
    id,
    object: "subscription",
    application: null,
    billing_cycle_anchor: now,
    cancel_at: null,
    cancel_at_period_end: parameters.cancel_at_period_end ?? false,
    canceled_at: null,
    collection_method: "charge_automatically",
    created: now,
    currency: first.price.currency ?? "",
    customer,
    default_payment_method: parameters.default_payment_method ?? null,
    ended_at: null,
    items: {
      object: "list",
      data: items.map(({ price, quantity }) => ({
        id: stripeId(call.world, "si").replace("si_1S", "si_T"),
        object: "subscription_item",
        created: now,
        current_period_end: periodEnd,
        current_period_start: now,
        metadata: {},
        price: structuredClone(price),
        quantity,
        subscription: id,
      })),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
    livemode: false,
    metadata: mergedMetadata({}, parameters.metadata),
    start_date: now,
    status: trialDays > 0 ? "trialing" : "incomplete",
    trial_end: trialDays > 0 ? periodEnd : null,
    trial_start: trialDays > 0 ? now : null,
  };
  store(call, subscription);
  if (trialDays === 0) {
    const invoice = bill(call, subscription, "subscription_create");
    subscription.latest_invoice = String(invoice.id);
    if (invoice.status === "paid") subscription.status = "active";
    store(call, subscription);
  }
  emit(call, "customer.subscription.created", subscription);
  if (subscription.status !== "incomplete") putRenewal(call, subscription, periodEnd);
  return subscription;
}

function change(call: StripeCall, subscription: JsonObject, parameters: JsonObject): JsonObject {
  if (subscription.status === "canceled") {
    throw invalid("A canceled subscription can only update its cancellation_details and metadata.", null, null);
  }
  const { metadata: asked, expand: _, ...fields } = parameters;
  const previous = Object.fromEntries(
    Object.keys({ ...fields, ...(asked === undefined ? {} : { metadata: asked }) }).map((name) => [
      name,
      structuredClone(subscription[name] ?? null),
    ]),
  );
  Object.assign(subscription, fields, { metadata: mergedMetadata(subscription.metadata, asked) });
  if (fields.cancel_at_period_end === true) {
    Object.assign(subscription, { cancel_at: periodEndOf(subscription), canceled_at: seconds(call.world) });
  } else if (fields.cancel_at_period_end === false) {
    Object.assign(subscription, { cancel_at: null, canceled_at: null });
  }
  store(call, subscription);
  emit(call, "customer.subscription.updated", subscription, previous);
  return subscription;
}

function end(call: StripeCall, subscription: JsonObject): JsonObject {
  const now = seconds(call.world);
  Object.assign(subscription, { status: "canceled", ended_at: now, canceled_at: subscription.canceled_at ?? now });
  store(call, subscription);
  call.world.agenda.cancel(renewalId(String(subscription.id)));
  emit(call, "customer.subscription.deleted", subscription);
  return subscription;
}

function putRenewal(call: StripeCall, subscription: JsonObject, periodEnd: number): void {
  const id = String(subscription.id);
  call.world.agenda.put(renewalId(id), periodEnd * 1000, renewalKind, { account: call.account, subscription: id });
}

function renewalId(subscription: string): string {
  return `stripe-renewal:${subscription}`;
}

/** The paid period is over: the subscription ends if that was asked for, else the next period is billed. */
export async function renew(world: World, { data }: Due): Promise<void> {
  const call: StripeCall = { world, account: data.account === null ? null : String(data.account), request: null };
  const subscription = lookUp(call, "subscription", String(data.subscription));
  if (subscription === undefined || subscription.status === "canceled") return;
  if (subscription.cancel_at_period_end === true) {
    end(call, subscription);
    return;
  }
  const before = { items: structuredClone(subscription.items ?? null), status: subscription.status ?? null };
  const start = seconds(world);
  let periodEnd = start;
  const items = objectAt(subscription, "items").data;
  for (const item of Array.isArray(items) ? items.filter(isObject) : []) {
    periodEnd = later(start, objectAt(item, "price"));
    Object.assign(item, { current_period_start: start, current_period_end: periodEnd });
  }
  const invoice = bill(call, subscription, "subscription_cycle");
  subscription.latest_invoice = String(invoice.id);
  subscription.status = invoice.status === "paid" ? "active" : "past_due";
  store(call, subscription);
  emit(call, "customer.subscription.updated", subscription, before);
  putRenewal(call, subscription, periodEnd);
}

function periodEndOf(subscription: JsonObject): number {
  const items = objectAt(subscription, "items").data;
  const [first] = Array.isArray(items) ? items.filter(isObject) : [];
  return numberAt(first ?? {}, "current_period_end") ?? 0;
}

/** The end of a period that starts at `from`, in seconds; the 31st becomes the last day of a shorter month. */
function later(from: number, price: JsonObject): number {
  const repeats = objectAt(price, "recurring");
  const count = numberAt(repeats, "interval_count") ?? 1;
  const interval = textAt(repeats, "interval") ?? "month";
  if (interval === "day") return from + count * 86_400;
  if (interval === "week") return from + count * 7 * 86_400;
  const months = interval === "year" ? count * 12 : count;
  const start = new Date(from * 1000);
  const result = new Date(start);
  result.setUTCMonth(start.getUTCMonth() + months);
  if (result.getUTCDate() !== start.getUTCDate()) result.setUTCDate(0);
  return Math.floor(result.getTime() / 1000);
}
