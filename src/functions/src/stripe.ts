import type Stripe from "stripe";
import { stripeSecretKey } from "./secrets.ts";

let client: Stripe | null = null;

/** Stripe's client. Loaded at first use, because every function of the codebase pays for what loads at start. */
export async function stripe(): Promise<Stripe> {
  if (client === null) {
    const { default: StripeClient } = await import("stripe");
    client = new StripeClient(stripeSecretKey.value(), { maxNetworkRetries: 2, timeout: 20_000 });
  }
  return client;
}
