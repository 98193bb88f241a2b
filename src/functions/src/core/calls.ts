import { randomInt } from "node:crypto";
import { type DocumentSnapshot, FieldValue, Timestamp } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { roles } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { documentId } from "../input.ts";
import { copyPaymentTo } from "../payments/payment-state.ts";
import { queueCall } from "./call-queue.ts";

const booking = z.object({
  bookingId: documentId,
  providerId: documentId,
  /** Of a card's payment; of one through PayPal, the order's id. */
  paymentIntentId: documentId,
  clientPhone: z.e164(),
  /** Null: at once. */
  startsAt: z.iso.datetime().nullable().default(null),
});

/** A card's reservation lasts seven days; PayPal's is kept no longer. */
const mostDaysAhead = 6;

/** Part of the price that the platform keeps, where neither the provider nor the settings say. */
const usualPlatformShare = 0.2;

/**
 * The card is confirmed: writes the call down and queues the task that will ring both sides. The booking names the call
 * and its task, so a second request, at the same time or later, changes and queues nothing.
 */
export const createAndScheduleCall = onCall(async (request: Asked<typeof booking>) => {
  const uid = requireUser(request);
  const input = parseInput(booking, request.data);
  const now = Date.now();
  const wanted = input.startsAt === null ? now : Math.max(now, Date.parse(input.startsAt));
  if (wanted > now + mostDaysAhead * 86_400_000) {
    throw new HttpsError("failed-precondition", `A call can be booked ${mostDaysAhead} days ahead.`);
  }
  const session = db().collection("call_sessions").doc(input.bookingId);
  const { startsAt, status } = await db().runTransaction(async (transaction) => {
    const [present, payment, provider, client, pricing] = await transaction.getAll(
      session,
      db().collection("payments").doc(input.paymentIntentId),
      db().collection("providers").doc(input.providerId),
      db().collection("clients").doc(uid),
      db().collection("settings").doc("pricing"),
    );
    if (present?.exists) {
      if (present.get("client") !== uid) throw new HttpsError("already-exists", "This booking is taken. Book again.");
      return { startsAt: present.get("startsAt").toDate() as Date, status: present.get("status") as string };
    }
    const paid =
      payment?.get("client") === uid &&
      payment.get("bookingId") === input.bookingId &&
      payment.get("provider") === input.providerId;
    if (!paid || !["created", "failed", "authorized"].includes(payment.get("status"))) {
      throw new HttpsError("failed-precondition", "There is no payment for this call.");
    }
    const phone = z.e164().safeParse(provider?.get("phone"));
    if (provider?.get("visible") !== true || !phone.success) {
      throw new HttpsError("failed-precondition", "This provider takes no calls.");
    }
    const amountCents: number = payment.get("amountCents");
    const platformShare: number = pricing?.get("platformShare") ?? usualPlatformShare;
    const providerCents: number = provider.get("shareCents") ?? Math.round(amountCents * (1 - platformShare));
    const code: string | undefined = client?.get("affiliateCode");
    const referrer =
      code === undefined
        ? null
        : await transaction.get(db().collection("affiliate_codes").doc(encodeURIComponent(code)));
    const startsAt = new Date(wanted);
    transaction.create(session, {
      client: uid,
      clientPhone: input.clientPhone,
      provider: input.providerId,
      providerPhone: phone.data,
      amountCents,
      currency: payment.get("currency"),
      providerCents,
      // Moved on by copyPaymentTo below, so that those who listen for a change see one.
      payment: {
        id: input.paymentIntentId,
        status: "created",
        ...(payment.get("method") === "paypal" ? { method: "paypal" } : {}),
      },
      ...referral(referrer, uid, amountCents - providerCents),
      dialInCode: randomInt(1_000_000).toString().padStart(6, "0"),
      startsAt: Timestamp.fromDate(startsAt),
      round: 0,
      status: "scheduled",
      createdAt: FieldValue.serverTimestamp(),
    });
    return { startsAt, status: "scheduled" };
  });
  await copyPaymentTo(session.id);
  if (status === "scheduled") {
    const round: number = (await session.get()).get("round") ?? 0;
    await queueCall(session.id, round, startsAt);
  }
  return { sessionId: session.id, startsAt: startsAt.toISOString() };
});

/** What whoever sent us the client earns by the call; nobody earns by his or her own. */
function referral(referrer: DocumentSnapshot | null, uid: string, feeCents: number) {
  const owner: string | undefined = referrer?.get("owner");
  const role = Object.values(roles).find(({ name }) => name === referrer?.get("role"));
  if (owner === undefined || owner === uid || role === undefined) return {};
  const commissionCents = Math.floor(feeCents * role.commissionShare);
  return commissionCents > 0 ? { referredBy: { owner, prefix: role.prefix, commissionCents } } : {};
}
