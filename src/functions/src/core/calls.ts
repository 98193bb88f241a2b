import { randomInt } from "node:crypto";
import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { getFunctions } from "firebase-admin/functions";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { db } from "../firestore.ts";
import { documentId } from "../input.ts";

const booking = z.object({
  bookingId: documentId,
  providerId: documentId,
  paymentIntentId: documentId,
  clientPhone: z.e164(),
  /** Null: at once. */
  startsAt: z.iso.datetime().nullable().default(null),
});

/**
 * The card is confirmed: writes the call down and queues the task that will ring both sides. The booking names the
 * task, so a second request queues nothing.
 */
export const createAndScheduleCall = onCall(async (request) => {
  const uid = requireUser(request);
  const input = parseInput(booking, request.data);
  const region = process.env.CALL_TASKS_REGION;
  if (region === undefined) throw new HttpsError("internal", "CALL_TASKS_REGION is not set.");
  const [payment, provider] = await db().getAll(
    db().collection("payments").doc(input.paymentIntentId),
    db().collection("providers").doc(input.providerId),
  );
  if (payment?.get("client") !== uid) throw new HttpsError("failed-precondition", "There is no payment for this call.");
  const session = db().collection("call_sessions").doc(input.bookingId);
  const startsAt = input.startsAt === null ? new Date() : new Date(input.startsAt);
  await session.set(
    {
      client: uid,
      clientPhone: input.clientPhone,
      provider: input.providerId,
      providerPhone: provider?.get("phone") as string,
      providerCents: provider?.get("shareCents") as number,
      payment: { id: input.paymentIntentId },
      dialInCode: randomInt(1_000_000).toString().padStart(6, "0"),
      startsAt: Timestamp.fromDate(startsAt),
      status: "scheduled",
      createdAt: FieldValue.serverTimestamp(),
    },
    { merge: true },
  );
  const queue = getFunctions().taskQueue(`locations/${region}/functions/executeScheduledCall`);
  try {
    await queue.enqueue({ sessionId: session.id }, { id: session.id, scheduleTime: startsAt });
  } catch (error) {
    // Queued by an earlier request for the same booking.
    if ((error as { code?: string }).code !== "functions/task-already-exists") throw error;
  }
  return { sessionId: session.id, startsAt: startsAt.toISOString() };
});
