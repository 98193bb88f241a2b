import { createHash } from "node:crypto";
import type { QueryDocumentSnapshot } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { documentId, url } from "../input.ts";
import { stripeSecretKey } from "../secrets.ts";
import { askStripe } from "../stripe.ts";

const checkout = z.object({ planId: documentId, returnTo: url });

/** Statuses of a subscription that is still somebody's: Stripe's others have ended, or never began. */
const running = ["trialing", "active", "past_due", "unpaid", "paused"];

/**
 * Opens Stripe Checkout for a monthly plan. What follows is told by Stripe's events alone (see stripe-events.ts): a
 * client who closes the page after paying is subscribed all the same. Pressing the button twice within an hour opens the
 * same page.
 */
export const createSubscriptionCheckout = onCall(
  { secrets: [stripeSecretKey] },
  async (request: Asked<typeof checkout>) => {
    const uid = requireUser(request);
    const { planId, returnTo } = parseInput(checkout, request.data);
    const plan = await db().collection("subscription_plans").doc(planId).get();
    const price: string | undefined = plan.get("stripePrice");
    if (plan.get("status") !== "published" || price === undefined) {
      throw new HttpsError("failed-precondition", "This plan is not on sale.");
    }
    const present = await ownSubscription(uid);
    if (present !== null) throw new HttpsError("already-exists", "There is a subscription already.");
    const back = new URL(returnTo);
    back.searchParams.set("subscribed", "SESSION");
    const hour = new Date().toISOString().slice(0, 13);
    const asked = createHash("sha256").update(`${uid} ${planId} ${price} ${returnTo} ${hour}`).digest("hex");
    const session = await askStripe((stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: "subscription",
          line_items: [{ price, quantity: 1 }],
          client_reference_id: uid,
          subscription_data: { metadata: { clientId: uid, planId } },
          // Stripe fills in the braces, which an address's own encoding would hide.
          success_url: back.href.replace("subscribed=SESSION", "subscribed={CHECKOUT_SESSION_ID}"),
          cancel_url: returnTo,
        },
        { idempotencyKey: `checkout:${asked}` },
      ),
    );
    return { url: session.url };
  },
);

/** The caller's running subscription as we know it; null when there is none. */
async function ownSubscription(uid: string): Promise<QueryDocumentSnapshot | null> {
  const found = await db().collection("subscriptions").where("client", "==", uid).limit(50).get();
  return found.docs.find((subscription) => running.includes(subscription.get("status"))) ?? null;
}

/** Ends the subscription with the paid period, not at once. */
export const cancelSubscription = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription to cancel.");
  await askStripe((stripe) => stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }));
  return { id: subscription.id };
});

export const resumeSubscription = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription to resume.");
  await askStripe((stripe) => stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false }));
  return { id: subscription.id };
});

/** Stripe's page on which a client changes card and address. */
export const createBillingPortalSession = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription yet.");
  const customer: string = subscription.get("stripeCustomer");
  const session = await askStripe((stripe) => stripe.billingPortal.sessions.create({ customer }));
  return { url: session.url };
});

export const getSubscriptionStatus = onCall(async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  return { id: subscription?.id ?? null, status: (subscription?.get("status") as string | undefined) ?? "none" };
});
