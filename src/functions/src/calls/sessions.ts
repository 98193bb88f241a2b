import { FieldValue } from "firebase-admin/firestore";
import { onStatus } from "../families/on-status.ts";
import { sweep } from "../families/sweep.ts";
import { db } from "../firestore.ts";

/** A finished call: the client is asked for a review. */
export const onCallSessionEnded = onStatus({
  document: "call_sessions/{sessionId}",
  field: "status",
  becomes: "completed",
  effectName: "session-ended",
  effect: async (call) => {
    const owner: string = call.get("client");
    const createdAt = FieldValue.serverTimestamp();
    const notification = { owner, kind: "review-request", about: call.id, status: "new", createdAt };
    await db().collection("notifications").doc(`review_${call.id}`).set(notification);
  },
});

/** Nobody talks for four hours: the end was not reported to us. */
export const endStaleCallSessions = sweep({
  schedule: "*/15 * * * *",
  collection: "call_sessions",
  status: "in-progress",
  since: "startedAt",
  olderThanHours: 4,
  each: (call) => call.ref.update({ status: "completed", endedAt: FieldValue.serverTimestamp(), endReported: false }),
});
