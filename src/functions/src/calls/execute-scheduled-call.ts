import { type DocumentReference, type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { z } from "zod";
import { db } from "../firestore.ts";
import { documentId } from "../input.ts";
import { type Claim, onceOrRetry } from "../ledger.ts";
import { describeError } from "../outside.ts";
import { movePayment } from "../payments/payment-state.ts";
import { stripeSecretKey, twilioAccountSid, twilioAuthToken } from "../secrets.ts";
import { stripe } from "../stripe.ts";
import { twilioClient } from "../twilio.ts";
import { callApplication, callerNumber } from "./config.ts";
import { hangUp, keepLeg, legOf } from "./legs.ts";
import { decide, settle } from "./settlement.ts";
import type { Side } from "./talk.ts";

const task = z.object({ sessionId: documentId });

/**
 * The time of a booked call has come: rings both sides. Both legs run our TwiML application, which knows by the leg's
 * id which session it belongs to. The task may be delivered twice, and an attempt may die in its middle: a leg that was
 * placed before is found at Twilio and not placed again.
 */
export const executeScheduledCall = onTaskDispatched(
  {
    secrets: [stripeSecretKey, twilioAccountSid, twilioAuthToken],
    retryConfig: { maxAttempts: 3, minBackoffSeconds: 30 },
    rateLimits: { maxConcurrentDispatches: 20, maxDispatchesPerSecond: 5 },
  },
  async (request) => {
    const parsed = task.safeParse(request.data);
    if (!parsed.success) {
      // It will not become better: an error would only have it sent again.
      logger.error("task not understood", { fields: parsed.error.issues.map(({ path }) => path.join(".")) });
      return;
    }
    const session = db().collection("call_sessions").doc(parsed.data.sessionId);
    const call = await session.get();
    // A call that was put off has another task for its new time.
    const early = (call.get("startsAt")?.toMillis() ?? 0) - Date.now() > 60_000;
    if (!["scheduled", "calling"].includes(call.get("status")) || early) {
      logger.warn("call not started", { session: session.id, status: call.get("status") ?? null, early });
      return;
    }
    const round: number = call.get("round") ?? 0;
    const delivery = { function: "executeScheduledCall", event: `${session.id}:${round}` };
    await onceOrRetry(delivery, (claim) => start(session, call, claim));
  },
);

async function start(session: DocumentReference, call: DocumentSnapshot, claim: Claim): Promise<void> {
  if (!(await isAuthorized(call))) {
    // The card's confirmation is on its way, or never came: the later attempts of this task ask again.
    throw new Error(`the payment of ${session.id} is not authorized`);
  }
  const begun = await db().runTransaction(async (transaction) => {
    const present = await transaction.get(session);
    if (!["scheduled", "calling"].includes(present.get("status"))) return false;
    // From here on a client can no longer cancel.
    transaction.update(session, { status: "calling", calledAt: FieldValue.serverTimestamp() });
    return true;
  });
  if (!begun) return;
  const present = await session.get();
  const placed: Readonly<Record<string, { side: Side; dialIn: boolean }>> = present.get("legs") ?? {};
  for (const side of ["provider", "client"] as const) {
    if (Object.values(placed).some((leg) => leg.side === side && !leg.dialIn)) continue;
    // The first leg may have ended while the second was about to be placed.
    if ((await session.get()).get("settlement") !== undefined) break;
    try {
      await keepLeg(session, await placeLeg(session.id, present.get(`${side}Phone`), claim), side);
    } catch (error) {
      if (!isFinal(error)) throw error;
      logger.error("leg cannot be placed", { session: session.id, side, ...describeError(error) });
      await db().runTransaction(async (transaction) => {
        decide(transaction, await transaction.get(session), { seconds: 0, failure: "carrier" });
      });
      const legs: Readonly<Record<string, unknown>> = (await session.get()).get("legs") ?? {};
      for (const leg of Object.keys(legs)) await hangUp(leg);
      break;
    }
  }
  await settle(session);
}

/** By our record; where that does not say so yet, by Stripe itself, whose event may still be on its way. */
async function isAuthorized(call: DocumentSnapshot): Promise<boolean> {
  if (call.get("payment.status") === "authorized") return true;
  const id: string | undefined = call.get("payment.id");
  if (id === undefined) return false;
  // PayPal sends no events: the record says all that is known, and stuckPaymentsRecovery asks.
  if (call.get("payment.method") === "paypal") {
    return (await db().collection("payments").doc(id).get()).get("status") === "authorized";
  }
  const intent = await (await stripe()).paymentIntents.retrieve(id);
  if (intent.status !== "requires_capture") return false;
  await movePayment(id, "authorized");
  return true;
}

/** Places a leg and answers its id. Twilio knows no idempotency key, so a later attempt looks for what an earlier placed. */
async function placeLeg(sessionId: string, to: string, { attempt, firstAt }: Claim): Promise<string> {
  const twilio = await twilioClient();
  const from = callerNumber.value();
  if (attempt > 1) {
    for (const { sid } of await twilio.calls.list({ to, from, startTimeAfter: firstAt, limit: 20 })) {
      // The same number may be rung for another booking.
      const known: string | undefined = (await legOf(sid).get()).get("session");
      if (known === undefined || known === sessionId) return sid;
    }
  }
  const applicationSid = callApplication.value();
  const leg = await twilio.calls.create({ to, from, applicationSid, machineDetection: "Enable", timeout: 40 });
  return leg.sid;
}

/** Twilio understood and refused, as with a number that cannot be called: another try would be refused too. */
function isFinal(error: unknown): boolean {
  const { status } = error as { status?: number };
  return status !== undefined && status >= 400 && status < 500 && status !== 429 && status !== 408;
}
