import type { Route } from "../../http/service.ts";
import { type JsonObject, numberAt, textAt } from "../../state/json.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { endpoint } from "./endpoint.ts";
import { emit } from "./events.ts";
import { listParameters, pageOf } from "./lists.ts";
import { choice, integer, mergedMetadata, metadata, text } from "./parameters.ts";
import { invalid, unexpectedState } from "./refusal.ts";

export const chargeRoutes: readonly Route[] = [
  endpoint("GET", "/v1/charges", listParameters({ payment_intent: text, customer: text }), (request) => {
    const { call, parameters, http } = request;
    const all = allOf(call, "charge").filter(
      (charge) =>
        (parameters.payment_intent ?? charge.payment_intent) === charge.payment_intent &&
        (parameters.customer ?? charge.customer) === charge.customer,
    );
    return pageOf(http, all, parameters, "/v1/charges");
  }),
  endpoint("GET", "/v1/charges/{id}", {}, ({ call, path }) => find(call, "charge", path("id"))),
  endpoint(
    "POST",
    "/v1/refunds",
    {
      amount: integer,
      charge: text,
      payment_intent: text,
      metadata,
      reason: choice("duplicate", "fraudulent", "requested_by_customer"),
    },
    ({ call, parameters }) => refund(call, parameters),
  ),
  endpoint("GET", "/v1/refunds", listParameters({ charge: text, payment_intent: text }), (request) => {
    const { call, parameters, http } = request;
    const all = allOf(call, "refund").filter(
      (made) =>
        (parameters.payment_intent ?? made.payment_intent) === made.payment_intent &&
        (parameters.charge ?? made.charge) === made.charge,
    );
    return pageOf(http, all, parameters, "/v1/refunds");
  }),
  endpoint("GET", "/v1/refunds/{id}", {}, ({ call, path }) => find(call, "refund", path("id"))),
];

/** A charge for the whole of an intent: captured unless the intent is captured by hand. */
export function newCharge(call: StripeCall, intent: JsonObject, last4: string): JsonObject {
  const id = stripeId(call.world, "ch").replace("ch_1", "ch_3");
  const manual = intent.capture_method === "manual";
  const amount = numberAt(intent, "amount") ?? 0;
  return store(call, {
    id,
    object: "charge",
    amount,
    amount_captured: manual ? 0 : amount,
    amount_refunded: 0,
    balance_transaction: null,
    captured: !manual,
    created: seconds(call.world),
    currency: textAt(intent, "currency"),
    customer: textAt(intent, "customer"),
    description: textAt(intent, "description"),
    disputed: false,
    failure_code: null,
    failure_message: null,
    invoice: null,
    livemode: false,
    metadata: structuredClone(intent.metadata ?? {}),
    outcome: { network_status: "approved_by_network", reason: null, type: "authorized" },
    paid: true,
    payment_intent: String(intent.id),
    payment_method: textAt(intent, "payment_method"),
    payment_method_details: { type: "card", card: { brand: "visa", country: "US", funding: "credit", last4 } },
    receipt_email: textAt(intent, "receipt_email"),
    receipt_url: `https://pay.stripe.com/receipts/payment/${id}`,
    refunded: false,
    status: "succeeded",
    transfer_group: textAt(intent, "transfer_group"),
  });
}

/** Makes a new charge one that the bank has declined. */
export function failCharge(call: StripeCall, charge: JsonObject, code: string): JsonObject {
  Object.assign(charge, {
    amount_captured: 0,
    captured: false,
    failure_code: "card_declined",
    failure_message: "Your card was declined.",
    outcome: { network_status: "declined_by_network", reason: code, type: "issuer_declined" },
    paid: false,
    receipt_url: null,
    status: "failed",
  });
  store(call, charge);
  emit(call, "charge.failed", charge);
  return charge;
}

export function captureCharge(call: StripeCall, charge: JsonObject, amount: number): JsonObject {
  const whole = numberAt(charge, "amount") ?? 0;
  // What is not captured goes back to the card.
  Object.assign(charge, { amount_captured: amount, amount_refunded: whole - amount, captured: true });
  return store(call, charge);
}

/** Lets go of what was reserved. */
export function releaseCharge(call: StripeCall, charge: JsonObject): void {
  Object.assign(charge, { amount_refunded: charge.amount ?? 0, refunded: true });
  store(call, charge);
  emit(call, "charge.refunded", charge);
}

function refund(call: StripeCall, parameters: JsonObject): JsonObject {
  const charge = chargeOf(call, parameters);
  const left = (numberAt(charge, "amount_captured") ?? 0) - refundedOf(charge);
  if (charge.captured !== true || charge.status !== "succeeded") {
    throw unexpectedState(`Charge ${charge.id} cannot be refunded: nothing was captured.`, "charge_not_refundable");
  }
  if (left <= 0) {
    throw unexpectedState(`Charge ${charge.id} has already been refunded.`, "charge_already_refunded");
  }
  const amount = numberAt(parameters, "amount") ?? left;
  if (amount < 1) throw invalid("Invalid positive integer", "parameter_invalid_integer", "amount");
  if (amount > left) {
    throw invalid(`Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`, null, "amount");
  }
  charge.amount_refunded = (numberAt(charge, "amount_refunded") ?? 0) + amount;
  charge.refunded = amount === left;
  store(call, charge);
  const made = store(call, {
    id: stripeId(call.world, "re").replace("re_1", "re_3"),
    object: "refund",
    amount,
    balance_transaction: null,
    charge: String(charge.id),
    created: seconds(call.world),
    currency: charge.currency ?? null,
    metadata: mergedMetadata({}, parameters.metadata),
    payment_intent: charge.payment_intent ?? null,
    reason: parameters.reason ?? null,
    receipt_number: null,
    status: "succeeded",
  });
  emit(call, "refund.created", made);
  emit(call, "charge.refunded", charge);
  return made;
}

/** What was given back of the captured amount; the part that was never captured does not count. */
function refundedOf(charge: JsonObject): number {
  const neverCaptured = (numberAt(charge, "amount") ?? 0) - (numberAt(charge, "amount_captured") ?? 0);
  return (numberAt(charge, "amount_refunded") ?? 0) - neverCaptured;
}

function chargeOf(call: StripeCall, parameters: JsonObject): JsonObject {
  const { charge, payment_intent: intent } = parameters;
  if (typeof charge === "string") return find(call, "charge", charge, "charge");
  if (typeof intent !== "string") {
    throw invalid(
      "One of the following params should be provided for this request: payment_intent or charge.",
      "parameter_missing",
      null,
    );
  }
  const found = find(call, "payment_intent", intent, "payment_intent");
  const latest = textAt(found, "latest_charge");
  if (latest === null) {
    throw unexpectedState(
      `This PaymentIntent (${intent}) does not have a successful charge to refund.`,
      "charge_not_refundable",
    );
  }
  return find(call, "charge", latest);
}
