import { type JsonObject, objectAt, textAt } from "../../state/json.ts";
import { lookUp, type StripeCall } from "./account.ts";
import { invalid } from "./refusal.ts";

/** What a bank says to a charge. */
export type Outcome =
  | { readonly kind: "approved" }
  | { readonly kind: "action" }
  | { readonly kind: "declined"; readonly code: string; readonly message: string };

export interface Card {
  /** Id of the payment method. */
  readonly method: string;
  readonly number: string;
  readonly last4: string;
}

/** Stripe's test payment methods and the numbers of their cards. */
const methods: Readonly<Record<string, string>> = {
  pm_card_visa: "4242424242424242",
  pm_card_mastercard: "5555555555554444",
  pm_card_chargeDeclined: "4000000000000002",
  pm_card_visa_chargeDeclined: "4000000000000002",
  pm_card_chargeDeclinedInsufficientFunds: "4000000000009995",
  pm_card_visa_chargeDeclinedInsufficientFunds: "4000000000009995",
  pm_card_authenticationRequired: "4000002760003184",
  pm_card_threeDSecure2Required: "4000000000003220",
};

const declines: Readonly<Record<string, Outcome>> = {
  "4000000000000002": { kind: "declined", code: "generic_decline", message: "Your card was declined." },
  "4000000000009995": {
    kind: "declined",
    code: "insufficient_funds",
    message: "Your card has insufficient funds.",
  },
};

const asksPayer = new Set(["4000002760003184", "4000000000003220"]);

/** The card that an intent is to be paid with: of the request, else of the intent; null where neither names one. */
export function cardOf(call: StripeCall, intent: JsonObject, parameters: JsonObject): Card | null {
  const data = objectAt(objectAt(parameters, "payment_method_data"), "card");
  const typed = textAt(data, "number") ?? (textAt(data, "token") === "tok_visa" ? "4242424242424242" : null);
  if (typed !== null) {
    const digits = typed.replaceAll(" ", "");
    const known = Object.entries(methods).find(([, number]) => number === digits)?.[0];
    if (known === undefined) throw invalid("Your card number is incorrect.", "incorrect_number", "number");
    return { method: known, number: digits, last4: digits.slice(-4) };
  }
  const method = textAt(parameters, "payment_method") ?? textAt(intent, "payment_method");
  if (method === null) return null;
  const number = methods[method] ?? textAt(lookUp(call, "payment_method", method) ?? {}, "number");
  if (number === null) throw invalid(`No such PaymentMethod: '${method}'`, "resource_missing", "payment_method");
  return { method, number, last4: number.slice(-4) };
}

/** `asked`: the payer has been asked and has agreed. */
export function outcomeOf(number: string, asked: boolean): Outcome {
  const decline = declines[number];
  if (decline !== undefined) return decline;
  return asksPayer.has(number) && !asked ? { kind: "action" } : { kind: "approved" };
}
