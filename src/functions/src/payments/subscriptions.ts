import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { documentId, url } from "../input.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

const checkout = z.object({ planId: documentId, returnTo: url });

/**
 * Opens Stripe Checkout for a monthly plan. What follows is told by Stripe's events alone (see stripe-events.ts): a
 * client who closes the page after paying is subscribed all the same.
 */
export const createSubscriptionCheckout = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = requireUser(request);
  const { planId, returnTo } = parseInput(checkout, request.data);
  const plan = await db().collection("subscription_plans").doc(planId).get();
  const price: string | undefined = plan.get("stripePrice");
  if (plan.get("status") !== "published" || price === undefined) {
    throw new HttpsError("failed-precondition", "This plan is not on sale.");
  }
  const session = await (await stripe()).checkout.sessions.create({
    mode: "subscription",
    line_items: [{ price, quantity: 1 }],
    client_reference_id: uid,
    subscription_data: { metadata: { clientId: uid, planId } },
    success_url: `${returnTo}?subscribed={CHECKOUT_SESSION_ID}`,
    cancel_url: returnTo,
  });
  return { url: session.url };
});

/** The caller's subscription as we know it; null when there is none. */
async function ownSubscription(uid: string) {
  const found = await db().collection("subscriptions").where("client", "==", uid).limit(1).get();
  return found.docs[0] ?? null;
}

/** Ends the subscription with the paid period, not at once. */
export const cancelSubscription = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription to cancel.");
  await (await stripe()).subscriptions.update(subscription.id, { cancel_at_period_end: true });
  return { id: subscription.id };
});

export const resumeSubscription = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription to resume.");
  await (await stripe()).subscriptions.update(subscription.id, { cancel_at_period_end: false });
  return { id: subscription.id };
});

/** Stripe's page on which a client changes card and address. */
export const createBillingPortalSession = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  if (subscription === null) throw new HttpsError("failed-precondition", "There is no subscription yet.");
  const session = await (await stripe()).billingPortal.sessions.create({
    customer: subscription.get("stripeCustomer") as string,
  });
  return { url: session.url };
});

export const getSubscriptionStatus = onCall(async (request) => {
  const subscription = await ownSubscription(requireUser(request));
  return { id: subscription?.id ?? null, status: (subscription?.get("status") as string | undefined) ?? "none" };
});
