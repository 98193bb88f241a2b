import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireAdmin, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { cents, currency, documentId, shortText, target } from "../input.ts";
import { page, readPage } from "../paging.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

const booking = z.object({ bookingId: documentId, providerId: documentId, amountCents: cents, currency });

/**
 * Reserves the price of a call on the client's card. Nothing is taken yet: the amount is captured when both sides have
 * talked, and released when they have not. The booking is the idempotency key: paying twice for one call is impossible.
 */
export const createPaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = requireUser(request);
  const input = parseInput(booking, request.data);
  const provider = await db().collection("providers").doc(input.providerId).get();
  if (provider.get("visible") !== true) throw new HttpsError("failed-precondition", "This provider takes no bookings.");
  if (provider.get("callCents") !== input.amountCents)
    throw new HttpsError("failed-precondition", "The price changed.");
  const intent = await (await stripe()).paymentIntents.create(
    {
      amount: input.amountCents,
      currency: input.currency,
      capture_method: "manual",
      metadata: { bookingId: input.bookingId, clientId: uid, providerId: input.providerId },
    },
    { idempotencyKey: `booking:${uid}:${input.bookingId}` },
  );
  await db()
    .collection("payments")
    .doc(intent.id)
    .set(
      { ...input, client: uid, provider: input.providerId, status: "created", createdAt: FieldValue.serverTimestamp() },
      { merge: true },
    );
  return { paymentIntentId: intent.id, clientSecret: intent.client_secret };
});

/** Takes the reserved amount by hand, where a call went well and the automatic capture did not. */
export const capturePaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  requireAdmin(request);
  const { id } = parseInput(target, request.data);
  const intent = await (await stripe()).paymentIntents.capture(id, {}, { idempotencyKey: `capture:${id}` });
  return { id, status: intent.status };
});

/** Gives the reserved amount back to a client who cancels before the call. */
export const cancelPaymentIntent = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const payment = await db().collection("payments").doc(id).get();
  if (payment.get("client") !== uid) throw new HttpsError("not-found", `There is no payment ${id} of yours.`);
  const intent = await (await stripe()).paymentIntents.cancel(id, {}, { idempotencyKey: `cancel:${id}` });
  return { id, status: intent.status };
});

const refund = z.object({ id: documentId, amountCents: cents.nullable().default(null), reason: shortText });

/** Pays a captured amount back, in full or in part. */
export const refundPayment = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const actor = requireAdmin(request);
  const { id, amountCents, reason } = parseInput(refund, request.data);
  const made = await (await stripe()).refunds.create(
    { payment_intent: id, ...(amountCents === null ? {} : { amount: amountCents }), metadata: { reason, actor } },
    { idempotencyKey: `refund:${id}:${amountCents ?? "all"}` },
  );
  return { id: made.id, status: made.status };
});

/** Where a client's own payment stands, from our record: the page asks while Stripe's event is on its way. */
export const getPaymentStatus = onCall(async (request) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const payment = await db().collection("payments").doc(id).get();
  if (payment.get("client") !== uid) throw new HttpsError("not-found", `There is no payment ${id} of yours.`);
  return { id, status: payment.get("status") as string };
});

export const listClientPayments = onCall(async (request) => {
  const uid = requireUser(request);
  const collection = db().collection("payments");
  const query = collection.where("client", "==", uid).orderBy("createdAt", "desc");
  return readPage(collection, query, parseInput(page, request.data));
});

/** Stripe's own receipt page for a payment of the caller. */
export const getPaymentReceipt = onCall({ secrets: [stripeSecretKey] }, async (request) => {
  const uid = requireUser(request);
  const { id } = parseInput(target, request.data);
  const intent = await (await stripe()).paymentIntents.retrieve(id, { expand: ["latest_charge"] });
  if (intent.metadata.clientId !== uid) throw new HttpsError("not-found", `There is no payment ${id} of yours.`);
  const charge = intent.latest_charge;
  return { id, receipt: typeof charge === "object" ? (charge?.receipt_url ?? null) : null };
});
