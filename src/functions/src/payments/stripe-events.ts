import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type Stripe from "stripe";
import { db } from "../firestore.ts";

/** Writes what an event says into our records. Whoever has to react to that listens to the records (triggers.ts). */
export async function handleStripeEvent(event: Stripe.Event): Promise<void> {
  switch (event.type) {
    case "payment_intent.amount_capturable_updated":
      return paymentIs(event.data.object, "authorized");
    case "payment_intent.succeeded":
      return paymentIs(event.data.object, "captured");
    case "payment_intent.canceled":
      return paymentIs(event.data.object, "cancelled");
    case "payment_intent.payment_failed":
      return paymentIs(event.data.object, "failed");
    case "customer.subscription.created":
    case "customer.subscription.updated":
    case "customer.subscription.deleted":
      return subscriptionIs(event.data.object);
    case "charge.refunded":
      return record("refunds", event.data.object.id, {
        amountCents: event.data.object.amount_refunded,
        status: "paid",
      });
    case "charge.dispute.created":
    case "charge.dispute.closed":
      return record("disputes", event.data.object.id, {
        amountCents: event.data.object.amount,
        status: event.type === "charge.dispute.created" ? "open" : "closed",
        outcome: event.data.object.status,
      });
    case "transfer.created":
    case "transfer.reversed":
      return record("transfers", event.data.object.id, {
        amountCents: event.data.object.amount,
        status: event.type === "transfer.created" ? "created" : "reversed",
      });
    default:
      logger.info("event of no interest", { type: event.type });
  }
}

async function paymentIs(intent: Stripe.PaymentIntent, status: string): Promise<void> {
  await record("payments", intent.id, { status, receivedCents: intent.amount_received });
  const { bookingId } = intent.metadata;
  if (bookingId === undefined) return;
  await db()
    .collection("call_sessions")
    .doc(bookingId)
    .set({ payment: { id: intent.id, status } }, { merge: true });
}

async function subscriptionIs(subscription: Stripe.Subscription): Promise<void> {
  const customer = typeof subscription.customer === "string" ? subscription.customer : subscription.customer.id;
  await record("subscriptions", subscription.id, {
    client: subscription.metadata.clientId ?? null,
    plan: subscription.metadata.planId ?? null,
    stripeCustomer: customer,
    status: subscription.status,
  });
}

async function record(collection: string, id: string, fields: Record<string, unknown>): Promise<void> {
  const stamped = { ...fields, updatedAt: FieldValue.serverTimestamp() };
  await db().collection(collection).doc(id).set(stamped, { merge: true });
}
