import { FieldValue } from "firebase-admin/firestore";
import { onCreated } from "../families/on-created.ts";
import { onStatus } from "../families/on-status.ts";
import { db } from "../firestore.ts";

const session = "call_sessions/{sessionId}";
const payment = "payments/{paymentId}";

/** Tells somebody something: the page shows it, and the mail service sends it on. */
async function notify(owner: string, kind: string, about: string): Promise<void> {
  const createdAt = FieldValue.serverTimestamp();
  await db().collection("notifications").add({ owner, kind, about, status: "new", createdAt });
}

async function alert(kind: string, about: string): Promise<void> {
  const createdAt = FieldValue.serverTimestamp();
  await db().collection("payment_alerts").add({ kind, about, status: "open", createdAt });
}

export const onCallSessionPaymentAuthorized = onStatus({
  document: session,
  field: "payment.status",
  becomes: "authorized",
  effectName: "session-authorized",
  effect: (call) => notify(call.get("provider"), "call-booked", call.id),
});

/** The call is paid: the provider's share goes to the balance, and whoever referred the client earns a commission. */
export const onCallSessionPaymentCaptured = onStatus({
  document: session,
  field: "payment.status",
  becomes: "captured",
  effectName: "session-captured",
  effect: async (call) => {
    const providerCents: number = call.get("providerCents") ?? 0;
    const batch = db().batch();
    batch.update(db().collection("providers").doc(call.get("provider")), {
      balanceCents: FieldValue.increment(providerCents),
    });
    const referredBy: { owner: string; prefix: string; commissionCents: number } | undefined = call.get("referredBy");
    if (referredBy !== undefined) {
      batch.create(db().collection(`${referredBy.prefix}_commissions`).doc(call.id), {
        owner: referredBy.owner,
        amountCents: referredBy.commissionCents,
        status: "held",
        createdAt: FieldValue.serverTimestamp(),
      });
    }
    await batch.commit();
  },
});

export const handlePaymentReceived = onStatus({
  document: payment,
  field: "status",
  becomes: "captured",
  effectName: "payment-received",
  effect: (paid) => notify(paid.get("client"), "payment-received", paid.id),
});

export const handlePaymentFailed = onStatus({
  document: payment,
  field: "status",
  becomes: "failed",
  effectName: "payment-failed",
  effect: async (failed) => {
    await notify(failed.get("client"), "payment-failed", failed.id);
    await alert("payment-failed", failed.id);
  },
});

export const onPaymentRecordCreated = onCreated({
  document: payment,
  effectName: "payment-metrics",
  effect: (created) =>
    db().collection("payment_metrics").add({ kind: "created", payment: created.id, createdAt: created.createTime }),
});

export const onPaymentCancelled = onStatus({
  document: payment,
  field: "status",
  becomes: "cancelled",
  effectName: "payment-cancelled",
  effect: (cancelled) => notify(cancelled.get("client"), "payment-cancelled", cancelled.id),
});

export const onRefundRecordCreated = onCreated({
  document: "refunds/{refundId}",
  effectName: "refund",
  effect: (refund) => alert("refund", refund.id),
});

export const onDisputeOpened = onCreated({
  document: "disputes/{disputeId}",
  effectName: "dispute-opened",
  effect: (dispute) => alert("dispute-opened", dispute.id),
});

export const onDisputeClosed = onStatus({
  document: "disputes/{disputeId}",
  field: "status",
  becomes: "closed",
  effectName: "dispute-closed",
  effect: (dispute) => alert("dispute-closed", dispute.id),
});

export const onTransferRecordCreated = onCreated({
  document: "transfers/{transferId}",
  effectName: "transfer-created",
  effect: (transfer) =>
    db().collection("payment_metrics").add({ kind: "transfer", transfer: transfer.id, createdAt: transfer.createTime }),
});

export const onTransferFailed = onStatus({
  document: "transfers/{transferId}",
  field: "status",
  becomes: "failed",
  effectName: "transfer-failed",
  effect: (transfer) => alert("transfer-failed", transfer.id),
});

export const onSubscriptionActivated = onStatus({
  document: "subscriptions/{subscriptionId}",
  field: "status",
  becomes: "active",
  effectName: "subscription-active",
  effect: (subscription) => notify(subscription.get("client"), "subscription-active", subscription.id),
});

export const onWithdrawalRequested = onCreated({
  document: "withdrawals/{withdrawalId}",
  effectName: "withdrawal-requested",
  effect: (withdrawal) => notify(withdrawal.get("owner"), "withdrawal-requested", withdrawal.id),
});

export const onWithdrawalPaid = onStatus({
  document: "withdrawals/{withdrawalId}",
  field: "status",
  becomes: "paid",
  effectName: "withdrawal-paid",
  effect: (withdrawal) => notify(withdrawal.get("owner"), "withdrawal-paid", withdrawal.id),
});
