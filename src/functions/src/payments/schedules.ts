import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { sweep } from "../families/sweep.ts";
import { db } from "../firestore.ts";
import { once } from "../ledger.ts";
import { stripeSecretKey } from "../secrets.ts";
import { stripe } from "../stripe.ts";

export const cleanupOldPaymentAlerts = sweep({
  schedule: "20 4 * * *",
  collection: "payment_alerts",
  status: "settled",
  since: "createdAt",
  olderThanHours: 24 * 90,
  each: (alert) => alert.ref.delete(),
});

/** Yesterday's payments per status, counted by Firestore, as one document per day. */
export const collectDailyPaymentMetrics = onSchedule({ schedule: "10 0 * * *", timeZone: "Etc/UTC" }, async (event) => {
  const end = new Date(event.scheduleTime.slice(0, 10));
  const start = new Date(end.getTime() - 86_400_000);
  const payments = db().collection("payments").where("createdAt", ">=", start).where("createdAt", "<", end);
  const counts: Record<string, number> = {};
  for (const status of ["authorized", "captured", "cancelled", "failed", "refunded"]) {
    counts[status] = (await payments.where("status", "==", status).count().get()).data().count;
  }
  await db().collection("daily_payments").doc(start.toISOString().slice(0, 10)).set({ counts });
});

/** Pays what has been approved. The ledger keeps a withdrawal from being paid by two runs. */
export const paymentProcessAutomaticPayments = onSchedule(
  { schedule: "0 * * * *", timeZone: "Etc/UTC", secrets: [stripeSecretKey], timeoutSeconds: 540 },
  async () => {
    const approved = await db().collection("withdrawals").where("status", "==", "approved").limit(100).get();
    for (const withdrawal of approved.docs) {
      try {
        await once(`withdrawal:${withdrawal.id}`, async () => {
          const provider = await db().collection("providers").doc(withdrawal.get("owner")).get();
          const transfer = await (await stripe()).transfers.create(
            {
              amount: withdrawal.get("amountCents"),
              currency: withdrawal.get("currency"),
              destination: provider.get("stripeAccount"),
            },
            { idempotencyKey: `withdrawal:${withdrawal.id}` },
          );
          await withdrawal.ref.update({ status: "paid", transfer: transfer.id, paidAt: FieldValue.serverTimestamp() });
        });
      } catch (error) {
        logger.error("withdrawal not paid", { withdrawal: withdrawal.id, error });
      }
    }
  },
);

/** Whether Stripe answers and payments get through; a failed check opens an alert. */
export const runPaymentHealthCheck = onSchedule(
  { schedule: "*/10 * * * *", timeZone: "Etc/UTC", secrets: [stripeSecretKey] },
  async () => {
    let status = "passed";
    try {
      await (await stripe()).balance.retrieve();
    } catch (error) {
      status = "failed";
      logger.error("Stripe does not answer", { error });
    }
    const createdAt = FieldValue.serverTimestamp();
    await db().collection("payment_checks").add({ status, createdAt });
    if (status === "failed") {
      await db().collection("payment_alerts").add({ kind: "stripe-down", status: "open", createdAt });
    }
  },
);

/** Payments that have been "created" for an hour: asks Stripe what became of them, in case an event was lost. */
export const stuckPaymentsRecovery = onSchedule(
  { schedule: "*/30 * * * *", timeZone: "Etc/UTC", secrets: [stripeSecretKey], timeoutSeconds: 540 },
  async () => {
    const limit = new Date(Date.now() - 3_600_000);
    const payments = db().collection("payments").where("status", "==", "created");
    const stuck = await payments.where("createdAt", "<=", limit).limit(100).get();
    for (const payment of stuck.docs) {
      const intent = await (await stripe()).paymentIntents.retrieve(payment.id);
      if (intent.status === "requires_capture") await payment.ref.update({ status: "authorized" });
      if (intent.status === "succeeded") await payment.ref.update({ status: "captured" });
      if (intent.status === "canceled") await payment.ref.update({ status: "cancelled" });
    }
  },
);

/** A card's reservation lasts seven days; a call that never happened by then must not be charged. */
export const releaseOldAuthorizations = sweep({
  schedule: "40 * * * *",
  collection: "payments",
  status: "authorized",
  since: "createdAt",
  olderThanHours: 24 * 6,
  each: (payment) => payment.ref.update({ status: "release-due" }),
});

export const retryFailedTransfers = sweep({
  schedule: "15 */6 * * *",
  collection: "transfers",
  status: "failed",
  since: "updatedAt",
  olderThanHours: 6,
  each: (transfer) => transfer.ref.update({ status: "retry-due" }),
});

export const expirePendingWithdrawals = sweep({
  schedule: "50 3 * * *",
  collection: "withdrawals",
  status: "pending",
  since: "createdAt",
  olderThanHours: 24 * 30,
  each: (withdrawal) => withdrawal.ref.update({ status: "expired" }),
});

export const escalateOpenDisputes = sweep({
  schedule: "0 8 * * *",
  collection: "disputes",
  status: "open",
  since: "updatedAt",
  olderThanHours: 48,
  each: (dispute) => dispute.ref.update({ escalated: true }),
});
