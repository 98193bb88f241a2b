import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import type Stripe from "stripe";
import { collectionOf, type Prefix } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";

export type PaymentStatus = "created" | "failed" | "authorized" | "cancelled" | "captured" | "refunded";

/**
 * Events come twice and out of order, so a payment only ever moves to a higher rank: an "authorized" that comes after the
 * "captured" tells nothing new. A declined card may be followed by one that works.
 */
const ranks: Readonly<Record<PaymentStatus, number>> = {
  created: 0,
  failed: 1,
  authorized: 2,
  cancelled: 3,
  captured: 3,
  refunded: 4,
};

/** Whether a payment in state `from` may take the state `to`. */
export function mayBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  if (to === "refunded") return from !== "refunded" && from !== "cancelled";
  return ranks[to] > ranks[from];
}

/** Our record of an intent, made from what createPaymentIntent wrote into it; one that is there stays as it is. */
export async function keepPayment(intent: Stripe.PaymentIntent): Promise<void> {
  const { bookingId, clientId, providerId } = intent.metadata;
  const payment = db().collection("payments").doc(intent.id);
  await db().runTransaction(async (transaction) => {
    if ((await transaction.get(payment)).exists) return;
    transaction.create(payment, {
      bookingId: bookingId ?? null,
      client: clientId ?? null,
      provider: providerId ?? null,
      amountCents: intent.amount,
      currency: intent.currency,
      status: "created",
      createdAt: FieldValue.serverTimestamp(),
    });
  });
}

/**
 * Moves a payment, and with it the call that it pays for, in one transaction; does nothing where the payment is as far
 * already. A full refund takes back the commission that the call earned somebody.
 */
export async function movePayment(
  id: string,
  to: PaymentStatus,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const payment = await transaction.get(db().collection("payments").doc(id));
    if (!payment.exists || !mayBecome(payment.get("status"), to)) return;
    const session = await sessionOf(transaction, payment);
    const back = to === "refunded" && session !== null ? await takenBack(transaction, session) : null;
    const updatedAt = FieldValue.serverTimestamp();
    transaction.update(payment.ref, { ...more, status: to, updatedAt });
    if (session !== null) transaction.update(session.ref, { "payment.status": to });
    transaction.set(db().collection("payment_metrics").doc(`${id}_${to}`), {
      kind: to,
      payment: id,
      amountCents: payment.get("amountCents"),
      createdAt: updatedAt,
    });
    back?.();
  });
}

/**
 * Copies a payment's state to a call that was written down after the payment had moved. Whichever of the two
 * transactions comes second sees the other's work.
 */
export async function copyPaymentTo(sessionId: string): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const session = await transaction.get(db().collection("call_sessions").doc(sessionId));
    const payment = await transaction.get(db().collection("payments").doc(session.get("payment.id")));
    const status: string | undefined = payment.get("status");
    if (status !== undefined && status !== session.get("payment.status")) {
      transaction.update(session.ref, { "payment.status": status });
    }
  });
}

async function sessionOf(transaction: Transaction, payment: DocumentSnapshot): Promise<DocumentSnapshot | null> {
  const bookingId: string | null = payment.get("bookingId") ?? null;
  if (bookingId === null) return null;
  const session = await transaction.get(db().collection("call_sessions").doc(bookingId));
  return session.get("payment.id") === payment.id ? session : null;
}

/** Reads what a refunded call brought to others; the answer takes it back. */
async function takenBack(transaction: Transaction, session: DocumentSnapshot): Promise<() => void> {
  const referredBy: { owner: string; prefix: Prefix } | undefined = session.get("referredBy");
  const provider = db().collection("providers").doc(session.get("provider"));
  const credited: number | undefined = session.get("creditedCents");
  const commission =
    referredBy === undefined
      ? null
      : await transaction.get(db().collection(collectionOf(referredBy, "commissions")).doc(session.id));
  return () => {
    // Not yet credited: onCallSessionPaymentCaptured sees the refund and credits nothing.
    if (credited !== undefined) {
      transaction.update(provider, { balanceCents: FieldValue.increment(-credited) });
      transaction.update(session.ref, { creditedCents: FieldValue.delete() });
    }
    if (referredBy === undefined || commission === null || !commission.exists) return;
    if (commission.get("status") === "released") {
      transaction.update(db().collection(collectionOf(referredBy, "profiles")).doc(referredBy.owner), {
        balanceCents: FieldValue.increment(-commission.get("amountCents")),
      });
    }
    transaction.update(commission.ref, { status: "reversed", reversedAt: FieldValue.serverTimestamp() });
  };
}
