import type { Route } from "../../http/service.ts";
import { type JsonObject, numberAt, textAt } from "../../state/json.ts";
import { scramble } from "../../state/names.ts";
import { allOf, find, type StripeCall, seconds, store, stripeId } from "./account.ts";
import { cardOf, type Outcome, outcomeOf } from "./cards.ts";
import { captureCharge, failCharge, newCharge, releaseCharge } from "./charges.ts";
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
  type Parameters,
  text,
  url,
} from "./parameters.ts";
import { invalid, StripeRefusal, unexpectedState } from "./refusal.ts";

const confirmation: Parameters = {
  payment_method: text,
  payment_method_data: object({
    type: text,
    card: object({ number: text, exp_month: integer, exp_year: integer, cvc: text, token: text }),
    billing_details: object({ name: text, email: text, phone: text }),
  }),
  payment_method_types: list(text),
  return_url: url,
  off_session: boolean,
  receipt_email: text,
  setup_future_usage: choice("on_session", "off_session", ""),
};

const changeable: Parameters = {
  amount: integer,
  currency,
  customer: text,
  description: text,
  metadata,
  payment_method: text,
  payment_method_types: list(text),
  receipt_email: text,
  statement_descriptor: text,
  statement_descriptor_suffix: text,
  transfer_group: text,
  application_fee_amount: integer,
  transfer_data: object({ destination: text, amount: integer }),
};

const creation: Parameters = {
  ...changeable,
  ...confirmation,
  capture_method: choice("automatic", "automatic_async", "manual"),
  confirmation_method: choice("automatic", "manual"),
  confirm: boolean,
  on_behalf_of: text,
  automatic_payment_methods: object({ enabled: boolean, allow_redirects: choice("always", "never") }, "enabled"),
};

const reasons = ["duplicate", "fraudulent", "requested_by_customer", "abandoned"];

export const paymentIntentRoutes: readonly Route[] = [
  endpoint("POST", "/v1/payment_intents", creation, ({ call, parameters }) => create(call, parameters), [
    "amount",
    "currency",
  ]),
  endpoint("GET", "/v1/payment_intents", listParameters({ customer: text }), ({ call, parameters, http }) => {
    const all = allOf(call, "payment_intent").filter(
      (intent) => parameters.customer === undefined || intent.customer === parameters.customer,
    );
    return pageOf(http, all, parameters, "/v1/payment_intents");
  }),
  endpoint("GET", "/v1/payment_intents/{intent}", { client_secret: text }, ({ call, parameters, path }) =>
    secretFits(find(call, "payment_intent", path("intent"), "intent"), parameters),
  ),
  endpoint("POST", "/v1/payment_intents/{intent}", changeable, ({ call, parameters, path }) => {
    const intent = find(call, "payment_intent", path("intent"), "intent");
    if (intent.status === "succeeded" || intent.status === "canceled") {
      const changed = Object.keys(parameters).filter((name) => !["metadata", "description", "expand"].includes(name));
      if (changed.length > 0) throw wrongState(intent, "This PaymentIntent's fields could not be updated");
    }
    const { metadata: change, expand: _, ...fields } = parameters;
    Object.assign(intent, fields, { metadata: mergedMetadata(intent.metadata, change) });
    if (fields.payment_method !== undefined && intent.status === "requires_payment_method") {
      intent.status = "requires_confirmation";
    }
    return store(call, intent);
  }),
  endpoint(
    "POST",
    "/v1/payment_intents/{intent}/confirm",
    { ...confirmation, client_secret: text, capture_method: choice("automatic", "automatic_async", "manual") },
    ({ call, parameters, path }) =>
      confirm(call, secretFits(find(call, "payment_intent", path("intent"), "intent"), parameters), parameters),
  ),
  endpoint(
    "POST",
    "/v1/payment_intents/{intent}/capture",
    { amount_to_capture: integer, final_capture: boolean, metadata },
    ({ call, parameters, path }) => capture(call, find(call, "payment_intent", path("intent"), "intent"), parameters),
  ),
  endpoint(
    "POST",
    "/v1/payment_intents/{intent}/cancel",
    { cancellation_reason: choice(...reasons) },
    ({ call, parameters, path }) => cancel(call, find(call, "payment_intent", path("intent"), "intent"), parameters),
  ),
];

/** With `confirm` it is paid at once. */
export function create(call: StripeCall, parameters: JsonObject): JsonObject {
  const { confirm: atOnce, metadata: given, expand: _, payment_method_data, off_session, ...fields } = parameters;
  const amount = numberAt(parameters, "amount") ?? 0;
  if (amount < 1)
    throw invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer", "amount");
  if (amount < 50) throw invalid("Amount must be at least 50 cents", "amount_too_small", "amount");
  if (amount > 99_999_999) {
    throw invalid("Amount must be no more than 999,999.99", "amount_too_large", "amount");
  }
  if (typeof parameters.customer === "string") find(call, "customer", parameters.customer, "customer");
  const id = stripeId(call.world, "pi").replace("pi_1", "pi_3");
  const intent: JsonObject = {
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: "automatic_async",
    client_secret: `${id}_secret_${scramble(`${call.world.state.urlHash}:${id}`, 25)}`,
    confirmation_method: "automatic",
    created: seconds(call.world),
    currency: textAt(parameters, "currency") ?? "",
    customer: null,
    description: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: mergedMetadata({}, given),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_types: ["card"],
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: null,
    ...fields,
  };
  if (intent.payment_method !== null) intent.status = "requires_confirmation";
  store(call, intent);
  emit(call, "payment_intent.created", intent);
  return atOnce === true
    ? confirm(call, intent, {
        ...(payment_method_data === undefined ? {} : { payment_method_data }),
        off_session: off_session ?? false,
      })
    : intent;
}

/** The card is asked: the amount is reserved or taken, or the payer has to act, or the card declines. */
export function confirm(call: StripeCall, intent: JsonObject, parameters: JsonObject): JsonObject {
  if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(String(intent.status))) {
    throw wrongState(intent, "You cannot confirm this PaymentIntent");
  }
  const card = cardOf(call, intent, parameters);
  if (card === null) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      "payment_intent_unexpected_state",
      { payment_intent: structuredClone(intent) },
    );
  }
  if (typeof parameters.capture_method === "string") intent.capture_method = parameters.capture_method;
  intent.payment_method = card.method;
  return settle(call, intent, outcomeOf(card.number, intent.status === "requires_action"), card.last4);
}

function settle(call: StripeCall, intent: JsonObject, outcome: Outcome, last4: string): JsonObject {
  if (outcome.kind === "declined") {
    const charge = failCharge(call, newCharge(call, intent, last4), outcome.code);
    const error: JsonObject = {
      charge: String(charge.id),
      code: "card_declined",
      decline_code: outcome.code,
      message: outcome.message,
      type: "card_error",
    };
    Object.assign(intent, {
      last_payment_error: error,
      latest_charge: charge.id ?? null,
      payment_method: null,
      status: "requires_payment_method",
    });
    store(call, intent);
    emit(call, "payment_intent.payment_failed", intent);
    const fields = { ...error, payment_intent: structuredClone(intent) };
    throw new StripeRefusal("FAILED_PRECONDITION", outcome.message, fields, 402);
  }
  intent.last_payment_error = null;
  if (outcome.kind === "action") {
    const redirect = { return_url: null, url: `${call.world.base}/hooks.stripe.com/3ds/${String(intent.id)}` };
    Object.assign(intent, {
      next_action: { type: "redirect_to_url", redirect_to_url: redirect },
      status: "requires_action",
    });
    store(call, intent);
    emit(call, "payment_intent.requires_action", intent);
    return intent;
  }
  const charge = newCharge(call, intent, last4);
  const manual = intent.capture_method === "manual";
  Object.assign(intent, { next_action: null, latest_charge: charge.id ?? null });
  if (manual) Object.assign(intent, { status: "requires_capture", amount_capturable: intent.amount ?? 0 });
  else Object.assign(intent, { status: "succeeded", amount_received: intent.amount ?? 0 });
  store(call, intent);
  emit(call, "charge.succeeded", charge);
  emit(call, manual ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded", intent);
  return intent;
}

function capture(call: StripeCall, intent: JsonObject, parameters: JsonObject): JsonObject {
  if (intent.status !== "requires_capture") {
    throw unexpectedState(
      `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      "payment_intent_unexpected_state",
      { payment_intent: structuredClone(intent) },
    );
  }
  const capturable = numberAt(intent, "amount_capturable") ?? 0;
  const amount = numberAt(parameters, "amount_to_capture") ?? capturable;
  if (amount < 1 || amount > capturable) {
    const message = "The requested capture amount is greater than the amount you can capture for this charge.";
    throw invalid(message, "amount_too_large", "amount_to_capture");
  }
  const charge = captureCharge(call, find(call, "charge", String(intent.latest_charge)), amount);
  Object.assign(intent, {
    amount_capturable: 0,
    amount_received: amount,
    metadata: mergedMetadata(intent.metadata, parameters.metadata),
    status: "succeeded",
  });
  store(call, intent);
  emit(call, "charge.captured", charge);
  emit(call, "payment_intent.succeeded", intent);
  return intent;
}

function cancel(call: StripeCall, intent: JsonObject, parameters: JsonObject): JsonObject {
  if (intent.status === "succeeded" || intent.status === "canceled") {
    throw wrongState(intent, "You cannot cancel this PaymentIntent");
  }
  const reserved = intent.status === "requires_capture";
  Object.assign(intent, {
    amount_capturable: 0,
    canceled_at: seconds(call.world),
    cancellation_reason: parameters.cancellation_reason ?? null,
    next_action: null,
    status: "canceled",
  });
  store(call, intent);
  if (reserved) releaseCharge(call, find(call, "charge", String(intent.latest_charge)));
  emit(call, "payment_intent.canceled", intent);
  return intent;
}

function wrongState(intent: JsonObject, what: string): StripeRefusal {
  return unexpectedState(`${what} because it has a status of ${intent.status}.`, "payment_intent_unexpected_state", {
    payment_intent: structuredClone(intent),
  });
}

/** Whoever has no secret key of the account must know the intent's own secret; ours is checked where it is sent. */
function secretFits(intent: JsonObject, parameters: JsonObject): JsonObject {
  const given = parameters.client_secret;
  if (given !== undefined && given !== intent.client_secret) {
    throw invalid(
      "The client_secret provided does not match this PaymentIntent.",
      "payment_intent_invalid_parameter",
      "client_secret",
    );
  }
  return intent;
}
