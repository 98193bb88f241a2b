import { FieldValue, type QueryDocumentSnapshot } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { settle } from "../calls/settlement.ts";
import { moveOn, sweep } from "../families/sweep.ts";
import { db } from "../firestore.ts";
import { describeError } from "../outside.ts";
import { paypalClientId, paypalClientSecret, stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";
import { payWithdrawal } from "./pay-withdrawal.ts";
import { movePayment } from "./payment-state.ts";
import { askPayPalAbout, isPayPal, releasePayPal, settlePayPal } from "./paypal-settlement.ts";
import { retryTransfer } from "./transfer-attempts.ts";
import { giveBack, showToOwner } from "./withdrawal-state.ts";

export const cleanupOldPaymentAlerts = sweep({
  schedule: "20 4 * * *",
  collection: "payment_alerts",
  status: "settled",
  since: "createdAt",
  olderThanHours: 24 * 90,
  each: (alert) => alert.ref.delete(),
});

const measured = ["authorized", "captured", "cancelled", "failed", "refunded"];

/** Yesterday's payments per status, counted by Firestore, as one document per day: a second run writes it again. */
export const collectDailyPaymentMetrics = onSchedule({ schedule: "10 0 * * *", timeZone: "Etc/UTC" }, async (event) => {
  const end = new Date(event.scheduleTime.slice(0, 10));
  const start = new Date(end.getTime() - 86_400_000);
  const payments = db().collection("payments").where("createdAt", ">=", start).where("createdAt", "<", end);
  const counts: Record<string, number> = {};
  for (const status of measured) {
    counts[status] = (await payments.where("status", "==", status).count().get()).data().count;
  }
  await db().collection("daily_payments").doc(start.toISOString().slice(0, 10)).set({ counts });
});

/** Pays what has been approved, and what an earlier run could not finish. */
export const paymentProcessAutomaticPayments = onSchedule(
  {
    schedule: "0 * * * *",
    timeZone: "Etc/UTC",
    secrets: [stripeSecretKey, paypalClientId, paypalClientSecret],
    timeoutSeconds: 540,
  },
  async () => {
    const open = db().collection("withdrawals").where("status", "in", ["approved", "paying"]);
    for (const { id } of (await open.limit(100).get()).docs) {
      try {
        await payWithdrawal("paymentProcessAutomaticPayments", id);
      } catch (error) {
        logger.error("withdrawal not paid yet", { withdrawal: id, ...describeError(error) });
      }
    }
  },
);

/** Whether Stripe answers and payments get through; a failed check opens an alert. The time it was due names the check. */
export const runPaymentHealthCheck = onSchedule(
  { schedule: "*/10 * * * *", timeZone: "Etc/UTC", secrets: [stripeSecretKey] },
  async (event) => {
    let status = "passed";
    try {
      await (await stripe()).balance.retrieve();
    } catch (error) {
      status = "failed";
      logger.error("Stripe does not answer", describeError(error));
    }
    const id = event.scheduleTime.replaceAll(/\D/g, "");
    const createdAt = FieldValue.serverTimestamp();
    const batch = db().batch();
    batch.set(db().collection("payment_checks").doc(id), { status, createdAt });
    if (status === "failed") {
      const alert = db().collection("payment_alerts").doc(`stripe-down_${id}`);
      batch.set(alert, { kind: "stripe-down", status: "open", createdAt });
    }
    await batch.commit();
  },
);

/** Whoever has not paid by then has left the page. */
const abandonedHours = 24;

/**
 * What got stuck between us and Stripe: payments that have been "created" for an hour are asked about, in case an event was
 * lost, and given up after a day; decisions over calls are carried out that could not be, and those that PayPal is to hear of.
 */
export const stuckPaymentsRecovery = onSchedule(
  {
    schedule: "*/30 * * * *",
    timeZone: "Etc/UTC",
    secrets: [stripeSecretKey, paypalClientId, paypalClientSecret],
    timeoutSeconds: 540,
  },
  async () => {
    const hours = (age: number) => new Date(Date.now() - age * 3_600_000);
    const payments = db().collection("payments").where("status", "==", "created");
    const stuck = await payments.where("createdAt", "<=", hours(1)).orderBy("createdAt").limit(100).get();
    for (const payment of stuck.docs) await tried("payment", payment.id, () => recover(payment, hours(abandonedHours)));
    const due = await db().collection("call_sessions").where("settlement.state", "==", "due").limit(100).get();
    for (const session of due.docs) await tried("session", session.id, () => carryOut(session));
  },
);

function carryOut(session: QueryDocumentSnapshot): Promise<void> {
  return session.get("payment.method") === "paypal" ? settlePayPal(session.ref) : settle(session.ref);
}

async function recover(payment: QueryDocumentSnapshot, abandoned: Date): Promise<void> {
  if (isPayPal(payment)) {
    await askPayPalAbout(payment);
    return;
  }
  const { paymentIntents } = await stripe();
  const intent = await paymentIntents.retrieve(payment.id);
  if (intent.status === "requires_capture") await movePayment(payment.id, "authorized");
  else if (intent.status === "succeeded") await movePayment(payment.id, "captured");
  else if (intent.status === "canceled") await movePayment(payment.id, "cancelled");
  else if (intent.status !== "processing" && payment.get("createdAt").toDate() <= abandoned) {
    const idempotencyKey = `cancel:${payment.id}:abandoned`;
    await paymentIntents.cancel(payment.id, { cancellation_reason: "abandoned" }, { idempotencyKey });
    await movePayment(payment.id, "cancelled");
  }
}

async function tried(what: string, id: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    logger.error("still stuck", { [what]: id, ...describeError(error) });
  }
}

/** A card's reservation lasts seven days; a call that never happened by then must not be charged. */
export const releaseOldAuthorizations = sweep({
  schedule: "40 * * * *",
  collection: "payments",
  status: "authorized",
  since: "createdAt",
  olderThanHours: 24 * 6.5,
  secrets: [stripeSecretKey, paypalClientId, paypalClientSecret],
  each: async (payment) => {
    if (isPayPal(payment)) {
      await releasePayPal(payment, `void:${payment.id}:too-old`);
      return;
    }
    const { paymentIntents } = await stripe();
    await paymentIntents.cancel(payment.id, {}, { idempotencyKey: `cancel:${payment.id}:too-old` });
    await movePayment(payment.id, "cancelled");
  },
});

export const retryFailedTransfers = sweep({
  schedule: "15 */6 * * *",
  collection: "transfers",
  status: "failed",
  since: "updatedAt",
  olderThanHours: 6,
  secrets: [stripeSecretKey],
  each: (transfer) => retryTransfer(transfer.ref),
});

/** Nobody has looked at it for a month: the amount returns to the balance. */
export const expirePendingWithdrawals = sweep({
  schedule: "50 3 * * *",
  collection: "withdrawals",
  status: "pending",
  since: "createdAt",
  olderThanHours: 24 * 30,
  each: ({ ref }) =>
    db().runTransaction(async (transaction) => {
      const withdrawal = await transaction.get(ref);
      if (withdrawal.get("status") !== "pending") return;
      transaction.update(ref, { status: "expired", statusAt: FieldValue.serverTimestamp() });
      giveBack(transaction, withdrawal);
      showToOwner(transaction, withdrawal, "expired");
    }),
});

export const escalateOpenDisputes = sweep({
  schedule: "0 8 * * *",
  collection: "disputes",
  status: "open",
  since: "updatedAt",
  olderThanHours: 48,
  each: (dispute) => moveOn(dispute, "escalated"),
});
