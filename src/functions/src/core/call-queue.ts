import { createHash } from "node:crypto";
import { getFunctions } from "firebase-admin/functions";
import { HttpsError } from "firebase-functions/v2/https";
import { app } from "../app.ts";

/**
 * Queues the task that will ring both sides of a call. Session and round (how often the call was put off) name the task, so
 * asking again queues nothing. Names of tasks are hashed: that spreads them, and leaves only letters that are allowed.
 */
export async function queueCall(sessionId: string, round: number, startsAt: Date): Promise<void> {
  const region = process.env.CALL_TASKS_REGION;
  if (region === undefined) throw new HttpsError("internal", "CALL_TASKS_REGION is not set.");
  const queue = getFunctions(app()).taskQueue(`locations/${region}/functions/executeScheduledCall`);
  const id = createHash("sha256").update(`${sessionId}:${round}`).digest("hex");
  try {
    await queue.enqueue({ sessionId }, { id, scheduleTime: startsAt });
  } catch (error) {
    // Queued by an earlier request for the same booking.
    if ((error as { code?: string }).code !== "functions/task-already-exists") throw error;
  }
}
