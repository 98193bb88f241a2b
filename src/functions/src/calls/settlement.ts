import { type DocumentReference, type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import type Stripe from "stripe";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";
import { stripe } from "../stripe.ts";

/** A shorter talk is not charged: the line broke, or nobody had time. */
export const leastPaidSeconds = 60;

/** Why nobody talked, as the back office counts it. */
export type Failure = "client-no-answer" | "provider-no-answer" | "voicemail" | "carrier" | "too-short" | "not-started";

/**
 * Decides, as part of a transaction, what becomes of a call's payment: captured where both sides talked long enough, else
 * released. Decided once: whatever comes later changes nothing. `settle` carries it out.
 */
export function decide(
  transaction: Transaction,
  session: DocumentSnapshot,
  outcome: { readonly seconds: number; readonly failure: Failure | null },
): void {
  if (isDecided(session)) return;
  const paid = outcome.seconds >= leastPaidSeconds;
  const failure = paid ? null : (outcome.failure ?? session.get("failure") ?? "too-short");
  const now = FieldValue.serverTimestamp();
  transaction.update(session.ref, {
    status: paid ? "completed" : "failed",
    ...(failure === null ? {} : { failure }),
    durationSeconds: outcome.seconds,
    endedAt: now,
    settlingAt: FieldValue.delete(),
    settlement: { decision: paid ? "capture" : "cancel", state: "due", attempt: 0, decidedAt: now },
  });
}

export function isDecided(session: DocumentSnapshot): boolean {
  return session.get("settlement") !== undefined;
}

/**
 * Carries a decision out at Stripe. Two copies may do it at once, and it may be done again after a crash: one attempt has
 * one idempotency key, and an intent is captured or cancelled once by its own nature. A later attempt takes a new key,
 * because Stripe answers an old key with the old failure. Throws when Stripe does not do it; stuckPaymentsRecovery
 * comes back to what is still due, and to what is paid through PayPal: its secrets are those of payments alone.
 */
export async function settle(session: DocumentReference): Promise<void> {
  const call = await session.get();
  if (call.get("settlement.state") !== "due" || call.get("payment.method") === "paypal") return;
  const intent: string | undefined = call.get("payment.id");
  const capture = call.get("settlement.decision") === "capture";
  const attempt: number = call.get("settlement.attempt");
  if (intent !== undefined) {
    const { paymentIntents } = await stripe();
    const idempotencyKey = `${capture ? "capture" : "cancel"}:${intent}:${attempt}`;
    try {
      if (capture) await paymentIntents.capture(intent, {}, { idempotencyKey });
      else await paymentIntents.cancel(intent, {}, { idempotencyKey });
    } catch (error) {
      if (!(await isOver(paymentIntents, intent))) {
        await countAttempt(session, attempt);
        throw error;
      }
      // Stripe's refusal says that it was done before, or undone: its events tell which.
      logger.warn("payment was settled before", { session: session.id, ...describeError(error) });
    }
  }
  await session.update({ "settlement.state": "done", "settlement.settledAt": FieldValue.serverTimestamp() });
}

async function isOver(paymentIntents: Stripe["paymentIntents"], intent: string): Promise<boolean> {
  const { status } = await paymentIntents.retrieve(intent);
  return status === "succeeded" || status === "canceled";
}

/** The next attempt is another one, under a key of its own. */
export async function countAttempt(session: DocumentReference, attempt: number): Promise<void> {
  await db().runTransaction(async (transaction) => {
    const call = await transaction.get(session);
    if (call.get("settlement.attempt") === attempt) {
      transaction.update(session, { "settlement.attempt": attempt + 1 });
    }
  });
}
