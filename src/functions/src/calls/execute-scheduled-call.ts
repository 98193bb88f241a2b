import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { z } from "zod";
import { db } from "../firestore.ts";
import { documentId } from "../input.ts";
import { once } from "../ledger.ts";
import { twilioAccountSid, twilioAuthToken } from "../secrets.ts";
import { twilioClient } from "../twilio.ts";
import { callApplication, callerNumber } from "./config.ts";

const task = z.object({ sessionId: documentId });

/**
 * The time of a booked call has come: rings both sides. Both legs run our TwiML application, which knows by the leg's
 * id which session it belongs to. The task may be delivered twice; nobody is rung twice.
 */
export const executeScheduledCall = onTaskDispatched(
  {
    secrets: [twilioAccountSid, twilioAuthToken],
    retryConfig: { maxAttempts: 3, minBackoffSeconds: 30 },
    rateLimits: { maxConcurrentDispatches: 20, maxDispatchesPerSecond: 5 },
  },
  async (request) => {
    const { sessionId } = task.parse(request.data);
    const session = db().collection("call_sessions").doc(sessionId);
    const call = await session.get();
    if (call.get("payment.status") !== "authorized" || call.get("status") !== "scheduled") {
      logger.warn("call not started", { sessionId, status: call.get("status"), payment: call.get("payment.status") });
      return;
    }
    const outcome = await once(`start-call:${sessionId}`, async () => {
      const twilio = await twilioClient();
      for (const side of ["provider", "client"] as const) {
        const leg = await twilio.calls.create({
          to: call.get(`${side}Phone`),
          from: callerNumber.value(),
          applicationSid: callApplication.value(),
          machineDetection: "Enable",
          timeout: 40,
        });
        const createdAt = FieldValue.serverTimestamp();
        await db().collection("call_legs").doc(leg.sid).set({ session: sessionId, side, status: "ringing", createdAt });
      }
      await session.update({ status: "calling", calledAt: FieldValue.serverTimestamp() });
    });
    if (outcome === "in-progress") throw new Error(`${sessionId} is being started: try again later`);
  },
);
