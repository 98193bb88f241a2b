import { logger } from "firebase-functions";
import { HttpsError } from "firebase-functions/v2/https";
import type Stripe from "stripe";
import { addressOf } from "./addresses.ts";
import { describeError } from "./outside.ts";
import { stripeSecretKey } from "./secrets.ts";

let client: Stripe | null = null;

/**
 * Stripe's client: ten seconds a try, three tries, which fit into the minute that a function has. The client repeats only
 * what bears it, and sends the same idempotency key with every try. Loaded at first use, because every function of the
 * codebase pays for what loads at start.
 */
export async function stripe(): Promise<Stripe> {
  if (client === null) {
    const { default: StripeClient } = await import("stripe");
    const base = addressOf("STRIPE_API_BASE").href.replace(/\/$/, "");
    const usual = "https://api.stripe.com";
    const switched = (input: string | URL | Request, init?: RequestInit) =>
      fetch(`${input instanceof Request ? input.url : input}`.replace(usual, base), init);
    client = new StripeClient(stripeSecretKey.value(), {
      maxNetworkRetries: 2,
      timeout: 10_000,
      telemetry: false,
      ...(base === usual ? {} : { httpClient: StripeClient.createFetchHttpClient(switched as typeof fetch) }),
    });
  }
  return client;
}

/**
 * A call to Stripe on behalf of somebody who waits for the answer. What Stripe refuses becomes a refusal that the page can
 * show; Stripe's own words go no further than its log, where the request's id finds them.
 */
export async function askStripe<Answer>(call: (stripe: Stripe) => Promise<Answer>): Promise<Answer> {
  const connected = await stripe();
  try {
    return await call(connected);
  } catch (error) {
    if (error instanceof HttpsError) throw error;
    logger.warn("Stripe refused", describeError(error));
    const { type, statusCode } = error as { type?: string; statusCode?: number };
    if (type === "StripeCardError") throw new HttpsError("failed-precondition", "The card was declined.");
    if (type === "StripeIdempotencyError") {
      throw new HttpsError("already-exists", "The same request was made with other values.");
    }
    if (statusCode === 404) throw new HttpsError("not-found", "Stripe does not know it.");
    if (statusCode === 400 || statusCode === 402) {
      throw new HttpsError("failed-precondition", "Stripe does not allow this now.");
    }
    throw new HttpsError("unavailable", "The payment service does not answer. Try again.");
  }
}
