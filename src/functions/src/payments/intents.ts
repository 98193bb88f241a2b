import { type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { cents, documentId, shortText, target } from "../input.ts";
import { page, readPage } from "../paging.ts";
import { requireRight } from "../rights.ts";
import { paypalClientId, paypalClientSecret, stripeSecretKey } from "../secrets.ts";
import { askStripe } from "../stripe.ts";
import { booking, keepBooking } from "./bookings.ts";
import { keepPayment, type PaymentStatus } from "./payment-state.ts";
import { askPayPal } from "./paypal-api.ts";
import { capturePayPal, isPayPal, releasePayPal } from "./paypal-settlement.ts";

const paypalSecrets = [paypalClientId, paypalClientSecret];

/**
 * Reserves the price of a call on the client's card. Nothing is taken yet: the amount is captured when both sides have
 * talked, and released when they have not. The booking is the idempotency key: paying twice for one call is impossible.
 */
export const createPaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof booking>) => {
  const uid = requireUser(request);
  const input = parseInput(booking, request.data);
  await keepBooking(uid, input);
  const intent = await askStripe((stripe) =>
    stripe.paymentIntents.create(
      {
        amount: input.amountCents,
        currency: input.currency,
        capture_method: "manual",
        metadata: { bookingId: input.bookingId, clientId: uid, providerId: input.providerId },
      },
      { idempotencyKey: `booking:${input.bookingId}` },
    ),
  );
  await keepPayment(intent);
  return { paymentIntentId: intent.id, clientSecret: intent.client_secret };
});

/** Takes the reserved amount by hand, where a call went well and the automatic capture did not. */
export const capturePaymentIntent = onCall(
  { secrets: [stripeSecretKey, ...paypalSecrets] },
  async (request: Asked<typeof target>) => {
    await requireRight(request, "money");
    const { id } = parseInput(target, request.data);
    const payment = await db().collection("payments").doc(id).get();
    if (isPayPal(payment)) {
      await askPayPal(z.unknown(), () => capturePayPal(payment, `capture:${id}:by-hand`));
      return { id, status: "succeeded" };
    }
    const intent = await askStripe((stripe) =>
      stripe.paymentIntents.capture(id, {}, { idempotencyKey: `capture:${id}:by-hand` }),
    );
    return { id, status: intent.status };
  },
);

/**
 * Gives the reserved amount back to a client who cancels before the call. The call is called off first, in one
 * transaction with the look at it: one that has begun can no longer be had for nothing.
 */
export const cancelPaymentIntent = onCall(
  { secrets: [stripeSecretKey, ...paypalSecrets] },
  async (request: Asked<typeof target>) => {
    const uid = requireUser(request);
    const { id } = parseInput(target, request.data);
    const payment = await db().runTransaction(async (transaction) => {
      const payment = ownPayment(uid, await transaction.get(db().collection("payments").doc(id)));
      const session = await transaction.get(db().collection("call_sessions").doc(payment.get("bookingId")));
      if (session.get("payment.id") !== id || session.get("status") === "cancelled") return payment;
      if (session.get("status") !== "scheduled") {
        throw new HttpsError("failed-precondition", "The call has begun: it can no longer be cancelled.");
      }
      const now = FieldValue.serverTimestamp();
      transaction.update(session.ref, {
        status: "cancelled",
        cancelledAt: now,
        // Should the lines below not come to it, stuckPaymentsRecovery releases the amount.
        settlement: { decision: "cancel", state: "due", attempt: 0, decidedAt: now },
      });
      return payment;
    });
    if (isPayPal(payment)) {
      await askPayPal(z.unknown(), () => releasePayPal(payment, `void:${id}:by-client`));
      const status: string = (await payment.ref.get()).get("status");
      return { id, status: status === "cancelled" ? "canceled" : status };
    }
    const intent = await askStripe((stripe) =>
      stripe.paymentIntents.cancel(id, {}, { idempotencyKey: `cancel:${id}:by-client` }),
    );
    return { id, status: intent.status };
  },
);

const refund = z.object({ id: documentId, amountCents: cents.nullable().default(null), reason: shortText });

/**
 * Pays a captured amount back to a card, in full or in part. The same amount twice is one refund for a day. What came
 * through PayPal is refused: PayPal's own pages pay that back.
 */
export const refundPayment = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof refund>) => {
  const actor = await requireRight(request, "money");
  const { id, amountCents, reason } = parseInput(refund, request.data);
  if (isPayPal(await db().collection("payments").doc(id).get())) {
    throw new HttpsError("failed-precondition", "This was paid through PayPal. Pay it back there.");
  }
  const made = await askStripe((stripe) =>
    stripe.refunds.create(
      { payment_intent: id, ...(amountCents === null ? {} : { amount: amountCents }), metadata: { reason, actor } },
      { idempotencyKey: `refund:${id}:${amountCents ?? "all"}` },
    ),
  );
  return { id: made.id, status: made.status };
});

/** Where a call stands, from its booking to its end. */
type CallStatus = "scheduled" | "calling" | "in-progress" | "completed" | "failed" | "cancelled";

/**
 * Where a client's own payment stands, and the call it pays for, from our records: the page asks while Stripe's and
 * Twilio's events are on their way. `call` is null until the call is written down.
 */
export const getPaymentStatus = onCall(async (request: Asked<typeof target>) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const payment = ownPayment(uid, await db().collection("payments").doc(id).get());
  const bookingId: string | null = payment.get("bookingId") ?? null;
  const session = bookingId === null ? null : await db().collection("call_sessions").doc(bookingId).get();
  return {
    id,
    status: payment.get("status") as PaymentStatus,
    amountCents: payment.get("amountCents") as number,
    currency: payment.get("currency") as string,
    call: session?.get("payment.id") === id ? (session.get("status") as CallStatus) : null,
  };
});

export const listClientPayments = onCall(async (request: Asked<typeof page>) => {
  const uid = requireUser(request);
  const collection = db().collection("payments");
  const query = collection.where("client", "==", uid).orderBy("createdAt", "desc");
  return readPage(collection, query, parseInput(page, request.data));
});

/** Stripe's own receipt page for a payment of the caller; null where there is none, as for PayPal, which mails its own. */
export const getPaymentReceipt = onCall({ secrets: [stripeSecretKey] }, async (request: Asked<typeof target>) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const payment = ownPayment(uid, await db().collection("payments").doc(id).get());
  if (isPayPal(payment)) return { id, receipt: null };
  const intent = await askStripe((stripe) => stripe.paymentIntents.retrieve(id, { expand: ["latest_charge"] }));
  const charge = intent.latest_charge;
  return { id, receipt: typeof charge === "object" ? (charge?.receipt_url ?? null) : null };
});

/** Somebody else's payment is "not found", so that ids cannot be tried out. */
function ownPayment(uid: string, payment: DocumentSnapshot): DocumentSnapshot {
  if (payment.get("client") !== uid) throw new HttpsError("not-found", `There is no payment ${payment.id} of yours.`);
  return payment;
}
