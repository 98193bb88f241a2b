import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { db } from "./firestore.ts";

/** Longer than any handler may run, so that a copy that died in the middle does not block its event for good. */
const leaseMs = 10 * 60_000;

export type Outcome = "done-now" | "done-before" | "in-progress";

/**
 * Runs an effect once per key, whichever copy of a function gets the event, however often it is delivered.
 * "in-progress" means another copy is at it: answer so that the sender tries again later.
 * An effect that throws leaves the key free, and the error goes on to the caller.
 */
export async function once(key: string, effect: () => Promise<void>): Promise<Outcome> {
  const record = db().collection("processed_events").doc(encodeURIComponent(key));
  const claim = await db().runTransaction(async (transaction) => {
    const seen = await transaction.get(record);
    if (seen.exists) {
      if (seen.get("doneAt") !== null) return "done-before";
      const startedAt: Timestamp = seen.get("startedAt");
      if (Timestamp.now().toMillis() - startedAt.toMillis() < leaseMs) return "in-progress";
    }
    transaction.set(record, { key, startedAt: Timestamp.now(), doneAt: null });
    return "claimed";
  });
  if (claim !== "claimed") return claim;
  try {
    await effect();
  } catch (error) {
    await record.delete();
    throw error;
  }
  await record.update({ doneAt: FieldValue.serverTimestamp() });
  return "done-now";
}
