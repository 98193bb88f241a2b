import { type QueryDocumentSnapshot, Timestamp } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type { defineSecret } from "firebase-functions/params";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";

/**
 * On a schedule (unix cron, UTC), does something to every document that has been in a state for too long. One that
 * fails is logged and left for the next run; the others go on. `each` must be harmless when it is done twice, also by two
 * copies at once: the document it gets may have moved on since it was found.
 */
export function sweep(options: {
  schedule: string;
  collection: string;
  status: string;
  /** Field with the time the age is counted from. */
  since: string;
  olderThanHours: number;
  secrets?: ReturnType<typeof defineSecret>[];
  each: (document: QueryDocumentSnapshot) => Promise<unknown>;
}) {
  const { schedule, secrets = [] } = options;
  return onSchedule({ schedule, timeZone: "Etc/UTC", timeoutSeconds: 540, secrets }, async () => {
    const limit = Timestamp.fromMillis(Date.now() - options.olderThanHours * 3_600_000);
    const due = await db()
      .collection(options.collection)
      .where("status", "==", options.status)
      .where(options.since, "<=", limit)
      .limit(500)
      .get();
    let failed = 0;
    for (const document of due.docs) {
      try {
        await options.each(document);
      } catch (error) {
        failed += 1;
        logger.error("sweep failed for one document", { path: document.ref.path, ...describeError(error) });
      }
    }
    logger.info("sweep done", { collection: options.collection, seen: due.size, failed });
  });
}

/** Gives a document another status, if it still has the one it was found with. */
export async function moveOn(document: QueryDocumentSnapshot, status: string): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const present = await transaction.get(document.ref);
    if (present.get("status") === document.get("status")) transaction.update(document.ref, { status });
  });
}
