import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type Stripe from "stripe";
import { db } from "../firestore.ts";
import { keepPayment, movePayment, type PaymentStatus } from "./payment-state.ts";
import { handleAccountEvent, handleInvoiceEvent, handleSubscriptionEvent } from "./subscription-events.ts";

/**
 * Writes what an event says into our records. Whoever has to react to that listens to the records (triggers.ts). Every
 * handler bears its event a second time and after later ones: records only move forward.
 */
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
      return handleSubscriptionEvent(event);
    case "invoice.paid":
    case "invoice.payment_failed":
      return handleInvoiceEvent(event);
    case "account.updated":
      return handleAccountEvent(event);
    case "charge.refunded":
      return refunded(event.data.object);
    case "charge.dispute.created":
    case "charge.dispute.updated":
    case "charge.dispute.closed":
      return disputed(event.data.object);
    case "transfer.created":
    case "transfer.reversed":
      return transferred(event.data.object);
    default:
      logger.info("event of no interest", { type: event.type });
  }
}

async function paymentIs(intent: Stripe.PaymentIntent, status: PaymentStatus): Promise<void> {
  if (intent.metadata.bookingId === undefined) {
    // Invoices of subscriptions are paid by intents too; those are no booking's.
    logger.info("intent of no booking", { intent: intent.id, status });
    return;
  }
  await keepPayment(intent);
  await movePayment(intent.id, status, { receivedCents: intent.amount_received });
}

/** A charge grows more refunded with each refund; an event that knows of less is an older one. */
async function refunded(charge: Stripe.Charge): Promise<void> {
  await record("refunds", charge.id, "paid", (seen) =>
    (seen.amountCents ?? 0) >= charge.amount_refunded
      ? null
      : { amountCents: charge.amount_refunded, currency: charge.currency, payment: idOf(charge.payment_intent) },
  );
  const intent = idOf(charge.payment_intent);
  if (charge.refunded && intent !== null) await movePayment(intent, "refunded");
}

const disputeEnds = ["won", "lost", "warning_closed"];

async function disputed(dispute: Stripe.Dispute): Promise<void> {
  const closed = disputeEnds.includes(dispute.status);
  await record("disputes", dispute.id, closed ? "closed" : "open", (seen) =>
    seen.status === "closed" || (seen.status === "answered" && !closed)
      ? null
      : { amountCents: dispute.amount, payment: idOf(dispute.payment_intent), outcome: dispute.status },
  );
}

async function transferred(transfer: Stripe.Transfer): Promise<void> {
  await record("transfers", transfer.id, transfer.reversed ? "reversed" : "created", (seen) =>
    seen.status === "reversed"
      ? null
      : {
          amountCents: transfer.amount,
          currency: transfer.currency,
          provider: transfer.metadata.provider ?? null,
          payment: transfer.metadata.paymentId ?? null,
        },
  );
}

/**
 * Puts a record into a status, unless `fields` says (null) that it is as far already. A record is made before it is moved,
 * because those who listen to statuses listen to changes.
 */
async function record(
  collection: string,
  id: string,
  status: string,
  fields: (seen: Readonly<Record<string, number & string>>) => Record<string, unknown> | null,
): Promise<void> {
  const reference = db().collection(collection).doc(id);
  const createdAt = FieldValue.serverTimestamp();
  await db().runTransaction(async (transaction) => {
    if ((await transaction.get(reference)).exists) return;
    transaction.create(reference, { ...fields({}), status: "new", createdAt });
  });
  await db().runTransaction(async (transaction) => {
    const seen = await transaction.get(reference);
    const made = seen.get("status") === "new";
    const changed = fields(made ? {} : (seen.data() as Record<string, number & string>));
    if (changed === null) return;
    transaction.update(reference, { ...changed, status, updatedAt: FieldValue.serverTimestamp() });
  });
}

function idOf(object: string | { readonly id: string } | null): string | null {
  return typeof object === "string" ? object : (object?.id ?? null);
}
