import { randomUUID } from "node:crypto";
import type { Stripe } from "stripe";
import { ProviderError } from "./provider-error.ts";
import { type StripeOptions, stripeClient } from "./stripe-client.ts";
import { writeErrorOf } from "./uncertain-write.ts";

/** Keys of test mode: what is made with them moves no money, and reaches endpoints of test mode alone. */
export function isTestKey(key: string): boolean {
  return /^(?:sk|rk)_test_/.test(key);
}

const note = "made by `regions migrate --rehearse`; may be deleted";

/** One call that makes Stripe send an event of the type, and changes nothing that somebody else has made. */
const calls: Readonly<Record<string, (stripe: Stripe, idempotencyKey: string) => Promise<object>>> = {
  "customer.created": (stripe, idempotencyKey) => stripe.customers.create({ description: note }, { idempotencyKey }),
  "product.created": (stripe, idempotencyKey) => stripe.products.create({ name: note }, { idempotencyKey }),
  "payment_intent.created": (stripe, idempotencyKey) =>
    stripe.paymentIntents.create({ amount: 100, currency: "eur", description: note }, { idempotencyKey }),
};

/** The first of these types of events ("*": any) that one harmless call brings about; null: none of them. */
export function bringsAbout(types: readonly string[]): string | null {
  return Object.keys(calls).find((one) => types.includes(one) || types.includes("*")) ?? null;
}

/**
 * Has Stripe send an event of the first of these types that can be brought about. Resolves to the type; null: none. Rejects
 * with ProviderError, `invalid` where the key is not one of test mode, and with UncertainWriteError.
 */
export async function bringAboutEvent(options: StripeOptions, types: readonly string[]): Promise<string | null> {
  if (!isTestKey(options.key)) throw new ProviderError("invalid", "the key of Stripe is not one of test mode");
  const type = bringsAbout(types);
  const call = calls[type ?? ""];
  if (type === null || call === undefined) return null;
  try {
    await call(await stripeClient(options)(), randomUUID());
    return type;
  } catch (thrown) {
    options.signal?.throwIfAborted();
    throw writeErrorOf(thrown, "Stripe");
  }
}
