import type { Route } from "../../http/service.ts";
import { isObject, type JsonObject, numberAt, objectAt, textAt } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import { text } from "./parameters.ts";
import { create } from "./payment-intents.ts";
import { StripeRefusal } from "./refusal.ts";

export const invoiceRoutes: readonly Route[] = [
  endpoint("GET", "/v1/invoices", listParameters({ customer: text, subscription: text, status: text }), (request) => {
    const { call, parameters, http } = request;
    const all = allOf(call, "invoice").filter(
      (invoice) =>
        (parameters.customer ?? invoice.customer) === invoice.customer &&
        (parameters.status ?? invoice.status) === invoice.status &&
        (parameters.subscription ?? subscriptionOf(invoice)) === subscriptionOf(invoice),
    );
    return pageOf(http, all, parameters, "/v1/invoices");
  }),
  endpoint("GET", "/v1/invoices/{id}", {}, ({ call, path }) => find(call, "invoice", path("id"))),
];

function subscriptionOf(invoice: JsonObject): string | null {
  return textAt(objectAt(objectAt(invoice, "parent"), "subscription_details"), "subscription");
}

/** The price of a subscription's items for one period, in the smallest unit. */
export function periodAmount(subscription: JsonObject): number {
  const items = objectAt(subscription, "items").data;
  let sum = 0;
  for (const item of Array.isArray(items) ? items : []) {
    if (!isObject(item)) continue;
    sum += (numberAt(objectAt(item, "price"), "unit_amount") ?? 0) * (numberAt(item, "quantity") ?? 1);
  }
  return sum;
}

/**
 * Bills a period of a subscription: made, finalised, and paid with the payment method. Returns the invoice; its status
 * is "open" where the card declined.
 */
export function bill(call: StripeCall, subscription: JsonObject, reason: string): JsonObject {
  const amount = periodAmount(subscription);
  const created = seconds(call.world);
  const invoice: JsonObject = store(call, {
    id: stripeId(call.world, "in"),
    object: "invoice",
    amount_due: amount,
    amount_paid: 0,
    amount_remaining: amount,
    attempt_count: 0,
    attempted: false,
    billing_reason: reason,
    collection_method: "charge_automatically",
    created,
    currency: textAt(subscription, "currency"),
    customer: textAt(subscription, "customer"),
    customer_address: null,
    hosted_invoice_url: null,
    livemode: false,
    metadata: {},
    number: null,
    parent: {
      type: "subscription_details",
      quote_details: null,
      subscription_details: {
        metadata: structuredClone(subscription.metadata ?? {}),
        subscription: String(subscription.id),
      },
    },
    period_end: created,
    period_start: created,
    status: "draft",
    total: amount,
    total_taxes: [],
  });
  emit(call, "invoice.created", invoice);
  Object.assign(invoice, { status: "open", number: nextNumber(call, String(invoice.customer)) });
  store(call, invoice);
  emit(call, "invoice.finalized", invoice);
  const paid = amount === 0 || isPaid(call, subscription, amount);
  Object.assign(invoice, { attempted: true, attempt_count: 1 });
  if (paid) Object.assign(invoice, { amount_paid: amount, amount_remaining: 0, status: "paid" });
  store(call, invoice);
  if (paid) {
    emit(call, "invoice.paid", invoice);
    emit(call, "invoice.payment_succeeded", invoice);
  } else {
    emit(call, "invoice.payment_failed", invoice);
  }
  return invoice;
}

/** The customer's own prefix and count, which an invoice gets when it is finalised: "K3V7Q2M9-0001". */
function nextNumber(call: StripeCall, customer: string): string {
  const before = allOf(call, "invoice").filter((invoice) => invoice.customer === customer && invoice.number !== null);
  return `${scramble(customer, 8).toUpperCase()}-${String(before.length + 1).padStart(4, "0")}`;
}

function isPaid(call: StripeCall, subscription: JsonObject, amount: number): boolean {
  try {
    create(call, {
      amount,
      currency: subscription.currency ?? "",
      customer: subscription.customer ?? null,
      description: "Subscription update",
      payment_method: subscription.default_payment_method ?? "pm_card_visa",
      off_session: true,
      confirm: true,
    });
    return true;
  } catch (error) {
    if (error instanceof StripeRefusal) return false;
    throw error;
  }
}
