import { logger } from "firebase-functions";
import { onRequest } from "firebase-functions/v2/https";
import type Stripe from "stripe";
import { once } from "../ledger.ts";
import { describeError } from "../outside.ts";
import { stripeSecretKey, stripeWebhookSecret } from "../secrets.ts";
import { stripe } from "../stripe.ts";
import { handleStripeEvent } from "./stripe-events.ts";

/**
 * Receives the events of our Stripe account and of the accounts connected to it. Only what Stripe signed is believed (over
 * the raw body), each event takes effect once, and anything but 2xx makes Stripe deliver it again for up to three days.
 */
export const stripeWebhook = onRequest(
  { secrets: [stripeSecretKey, stripeWebhookSecret] },
  async (request, response) => {
    const signature = request.get("stripe-signature");
    if (request.method !== "POST" || signature === undefined) {
      response.status(400).send("expected a signed event");
      return;
    }
    const event = signedEvent((await stripe()).webhooks, request.rawBody, signature);
    if (event === null) {
      logger.warn("event refused: signature does not fit");
      response.status(400).send("signature does not fit");
      return;
    }
    try {
      const outcome = await once({ function: "stripeWebhook", event: event.id }, () => handleStripeEvent(event));
      // 409 while another copy is at it: should that copy fail, Stripe's next try does the work.
      response.status(outcome === "in-progress" ? 409 : 200).json({ outcome });
    } catch (error) {
      logger.error("event failed", { event: event.id, type: event.type, ...describeError(error) });
      response.status(500).send("try again");
    }
  },
);

/**
 * The event, if one of our signing secrets fits. There are several, with a comma between, where our own account and the
 * connected ones have an endpoint each, and while a secret is being rolled.
 */
function signedEvent(webhooks: Stripe["webhooks"], body: Buffer, signature: string): Stripe.Event | null {
  for (const secret of stripeWebhookSecret.value().split(",")) {
    try {
      return webhooks.constructEvent(body, signature, secret.trim());
    } catch {
      // The next secret may fit.
    }
  }
  return null;
}
