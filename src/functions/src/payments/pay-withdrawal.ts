import { type DocumentReference, type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";
import { describeError } from "../outside.ts";
import { stripe } from "../stripe.ts";
import { payOut } from "./paypal-api.ts";
import { accountOf, showToOwner } from "./withdrawal-state.ts";

/**
 * Pays an approved withdrawal, once, whoever else is at it: it is taken ("paying") in a transaction that counts the attempt,
 * and the attempt is the idempotency key at Stripe and PayPal. What could not be reached is tried again under the same
 * key; what was refused has failed, and somebody may retry, settle or reject it.
 */
export async function payWithdrawal(functionName: string, id: string): Promise<void> {
  const reference = db().collection("withdrawals").doc(id);
  const taken = await take(reference);
  if (taken === null) return;
  const attempt: number = taken.get("attempts");
  // One name for all functions that pay: whichever has the attempt, the others leave it alone.
  const outcome = await once({ function: "paymentProcessAutomaticPayments", event: `${id}:${attempt}` }, async () => {
    try {
      const payout = await pay(taken, `withdrawal:${id}:${attempt}`);
      await finish(reference, "paid", { payout, paidAt: FieldValue.serverTimestamp(), paidBy: functionName });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const problem = describeError(error);
      logger.error("withdrawal refused", { withdrawal: id, ...problem });
      await finish(reference, "failed", { problem });
    }
  });
  if (outcome === "in-progress") logger.info("withdrawal is being paid elsewhere", { withdrawal: id });
}

/** The withdrawal as it is to be paid; null where it is not. One that is "paying" already keeps its attempt. */
async function take(reference: DocumentReference): Promise<DocumentSnapshot | null> {
  const open = await db().runTransaction(async (transaction) => {
    const withdrawal = await transaction.get(reference);
    if (withdrawal.get("status") === "paying") return true;
    if (withdrawal.get("status") !== "approved") return false;
    transaction.update(reference, { status: "paying", attempts: (withdrawal.get("attempts") ?? 0) + 1 });
    return true;
  });
  return open ? reference.get() : null;
}

/** Nobody can be paid this way, however often it is tried. */
class NoWayToPay extends Error {}

async function pay(withdrawal: DocumentSnapshot, key: string): Promise<string> {
  const account = await accountOf(withdrawal).get();
  const amountCents: number = withdrawal.get("amountCents");
  const currency: string = withdrawal.get("currency");
  const destination: string | undefined = account.get("stripeAccount");
  if (destination !== undefined) {
    const { transfers } = await stripe();
    const metadata = { withdrawal: withdrawal.id, provider: withdrawal.get("owner") as string };
    const made = await transfers.create(
      { amount: amountCents, currency, destination, metadata },
      { idempotencyKey: key },
    );
    return made.id;
  }
  const atPayPal: string | undefined =
    account.get("paypalAddress") ??
    (account.get("payoutMethod") === "paypal" ? account.get("payoutAddress") : undefined);
  if (atPayPal === undefined) throw new NoWayToPay("no place where earnings go");
  return payOut(key, atPayPal, amountCents, currency);
}

/** Understood and refused, which no repetition changes; a key in use (409) and too many requests (429) are no refusals. */
function isRefusal(error: unknown): boolean {
  if (error instanceof NoWayToPay) return true;
  const { statusCode, status = statusCode } = error as { status?: number; statusCode?: number };
  return status !== undefined && status >= 400 && status < 500 && ![401, 408, 409, 429].includes(status);
}

async function finish(reference: DocumentReference, status: "paid" | "failed", more: Record<string, unknown>) {
  await db().runTransaction(async (transaction) => {
    const withdrawal = await transaction.get(reference);
    if (withdrawal.get("status") !== "paying") return;
    transaction.update(reference, { ...more, status });
    showToOwner(transaction, withdrawal, status);
    if (status === "failed") {
      const createdAt = FieldValue.serverTimestamp();
      const alert = db()
        .collection("payment_alerts")
        .doc(`withdrawal-failed_${withdrawal.id}_${withdrawal.get("attempts")}`);
      transaction.set(alert, { kind: "withdrawal-failed", about: withdrawal.id, status: "open", createdAt });
    }
  });
}
