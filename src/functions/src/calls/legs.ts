import { type DocumentReference, type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";
import { twilioClient } from "../twilio.ts";
import { decide, type Failure, isDecided } from "./settlement.ts";
import type { Side } from "./talk.ts";

/** Statuses after which a leg is gone without anybody having talked on it. */
const unanswered = ["busy", "no-answer", "failed", "canceled"];
const over = [...unanswered, "completed", "voicemail"];

/** What Twilio calls "leg" of ours, by its id: written by whoever hears of it first. */
export function legOf(callSid: string): DocumentReference {
  return db().collection("call_legs").doc(callSid);
}

/** Whose leg it is: one that is not the provider's is the client's, on whatever phone. */
export function sideIn(session: DocumentSnapshot): (leg: string) => Side {
  const legs: Readonly<Record<string, { side: Side }>> = session.get("legs") ?? {};
  return (leg) => legs[leg]?.side ?? "client";
}

/** Writes down which session and side a leg belongs to. Its end may have been reported before: then that counts now. */
export async function keepLeg(session: DocumentReference, callSid: string, side: Side, dialIn = false): Promise<void> {
  const createdAt = FieldValue.serverTimestamp();
  const batch = db().batch();
  batch.set(legOf(callSid), { session: session.id, side, dialIn, createdAt }, { merge: true });
  batch.update(session, { [`legs.${callSid}`]: { side, dialIn } });
  batch.set(session.collection("legs").doc(callSid), { side, dialIn, createdAt });
  await batch.commit();
  await legEnded(callSid, null);
}

/**
 * A leg has reached a status (null: look at the one it has). Nobody talks alone: once a leg is over, the others are hung
 * up, and the conference's own events tell how long the talk was. Where a side never picked up, there was no talk,
 * and that is decided at once. Bears being called again, and before the leg is known.
 */
export async function legEnded(callSid: string, status: string | null): Promise<DocumentReference | null> {
  const ended = await db().runTransaction(async (transaction) => {
    const leg = await transaction.get(legOf(callSid));
    const present: string | undefined = leg.get("status");
    // What ended, stays ended as it did: "completed" follows a hang-up of ours too.
    const now = present !== undefined && over.includes(present) ? present : (status ?? present);
    const sessionId: string | undefined = leg.get("session");
    const session =
      sessionId === undefined ? null : await transaction.get(db().collection("call_sessions").doc(sessionId));
    if (now !== undefined && now !== present) {
      transaction.set(leg.ref, { status: now, statusAt: FieldValue.serverTimestamp() }, { merge: true });
    }
    if (session === null || now === undefined || !over.includes(now)) return null;
    const legs: Readonly<Record<string, { side: Side; dialIn: boolean }>> = session.get("legs") ?? {};
    const side: Side = leg.get("side");
    const others = Object.keys(legs).filter((other) => other !== callSid);
    const sameSide = others.filter((other) => legs[other]?.side === side);
    // The client who did not pick up may have dialled in.
    if (now !== "completed" && sameSide.length === 0 && !isDecided(session)) {
      decide(transaction, session, { seconds: 0, failure: failureOf(now, side) });
    }
    const alone = now !== "completed" && sameSide.length > 0;
    return { session: session.ref, hangUp: alone ? [] : others };
  });
  if (ended === null) return null;
  for (const other of ended.hangUp) await hangUp(other);
  return ended.session;
}

function failureOf(status: string, side: Side): Failure {
  if (status === "voicemail") return "voicemail";
  return status === "failed" ? "carrier" : `${side}-no-answer`;
}

/** Ends a leg that may be ringing, talking, or gone; harmless when it is gone. */
export async function hangUp(callSid: string): Promise<void> {
  const status: string | undefined = (await legOf(callSid).get()).get("status");
  if (status !== undefined && over.includes(status)) return;
  try {
    await (await twilioClient()).calls(callSid).update({ status: "completed" });
  } catch (error) {
    // Gone already (Twilio: 21220), or not reached: endStaleCallSessions looks after what is left.
    logger.warn("leg not hung up", { leg: callSid, ...describeError(error) });
  }
}
