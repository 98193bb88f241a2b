import { type QueryDocumentSnapshot, Timestamp } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { db } from "../firestore.ts";

/**
 * On a schedule (unix cron, UTC), does something to every document that has been in a state for too long. One that
 * fails is logged and left for the next run; the others go on. `each` must be harmless when it is done twice.
 */
export function sweep(options: {
  schedule: string;
  collection: string;
  status: string;
  /** Field with the time the age is counted from. */
  since: string;
  olderThanHours: number;
  each: (document: QueryDocumentSnapshot) => Promise<unknown>;
}) {
  return onSchedule({ schedule: options.schedule, timeZone: "Etc/UTC", timeoutSeconds: 540 }, async () => {
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
        logger.error("sweep failed for one document", { path: document.ref.path, error });
      }
    }
    logger.info("sweep done", { collection: options.collection, seen: due.size, failed });
  });
}
