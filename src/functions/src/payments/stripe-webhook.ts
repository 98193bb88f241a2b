import { logger } from "firebase-functions";
import { onRequest } from "firebase-functions/v2/https";
import type Stripe from "stripe";
import { once } from "../ledger.ts";
import { stripeSecretKey, stripeWebhookSecret } from "../secrets.ts";
import { stripe } from "../stripe.ts";
import { handleStripeEvent } from "./stripe-events.ts";

/**
 * Receives every event of our Stripe account. Only what Stripe signed is believed (over the raw body), each event takes
 * effect once, and anything but 2xx makes Stripe deliver it again for up to three days.
 */
export const stripeWebhook = onRequest(
  { secrets: [stripeSecretKey, stripeWebhookSecret] },
  async (request, response) => {
    const signature = request.get("stripe-signature");
    if (request.method !== "POST" || signature === undefined) {
      response.status(400).send("expected a signed event");
      return;
    }
    let event: Stripe.Event;
    try {
      event = (await stripe()).webhooks.constructEvent(request.rawBody, signature, stripeWebhookSecret.value());
    } catch (error) {
      logger.warn("event refused", { reason: error instanceof Error ? error.message : "unknown" });
      response.status(400).send("signature does not fit");
      return;
    }
    try {
      const outcome = await once(`stripe:${event.id}`, () => handleStripeEvent(event));
      // 409 while another copy is at it: should that copy fail, Stripe's next try does the work.
      response.status(outcome === "in-progress" ? 409 : 200).json({ outcome });
    } catch (error) {
      logger.error("event failed", { event: event.id, type: event.type, error });
      response.status(500).send("try again");
    }
  },
);
