import { type DocumentSnapshot, FieldValue } from "firebase-admin/firestore";
import { onCreated } from "../families/on-created.ts";
import { onStatus } from "../families/on-status.ts";
import { db } from "../firestore.ts";

const session = "call_sessions/{sessionId}";
const payment = "payments/{paymentId}";

/** Tells whoever the document names in `field` something: the page shows it, and the mail service sends it on. */
function notify(field: string, kind: string) {
  return (document: DocumentSnapshot) => {
    const about = { owner: document.get(field), kind, about: document.id };
    return db()
      .collection("notifications")
      .add({ ...about, status: "new", createdAt: FieldValue.serverTimestamp() });
  };
}

function alert(kind: string) {
  return (document: DocumentSnapshot) => {
    const about = { kind, about: document.id };
    return db()
      .collection("payment_alerts")
      .add({ ...about, status: "open", createdAt: FieldValue.serverTimestamp() });
  };
}

function measure(kind: string, subject: string) {
  return (created: DocumentSnapshot) =>
    db()
      .collection("payment_metrics")
      .add({ kind, [subject]: created.id, createdAt: created.createTime });
}

export const onCallSessionPaymentAuthorized = onStatus({
  document: session,
  field: "payment.status",
  becomes: "authorized",
  effectName: "session-authorized",
  effect: notify("provider", "call-booked"),
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
  becomes: "captured",
  effectName: "payment-received",
  effect: notify("client", "payment-received"),
});

export const handlePaymentFailed = onStatus({
  document: payment,
  becomes: "failed",
  effectName: "payment-failed",
  effect: async (failed) => {
    await notify("client", "payment-failed")(failed);
    await alert("payment-failed")(failed);
  },
});

export const onPaymentRecordCreated = onCreated({
  document: payment,
  effectName: "payment-metrics",
  effect: measure("created", "payment"),
});

export const onPaymentCancelled = onStatus({
  document: payment,
  becomes: "cancelled",
  effectName: "payment-cancelled",
  effect: notify("client", "payment-cancelled"),
});

export const onRefundRecordCreated = onCreated({
  document: "refunds/{refundId}",
  effectName: "refund",
  effect: alert("refund"),
});

export const onDisputeOpened = onCreated({
  document: "disputes/{disputeId}",
  effectName: "dispute-opened",
  effect: alert("dispute-opened"),
});

export const onDisputeClosed = onStatus({
  document: "disputes/{disputeId}",
  becomes: "closed",
  effectName: "dispute-closed",
  effect: alert("dispute-closed"),
});

export const onTransferRecordCreated = onCreated({
  document: "transfers/{transferId}",
  effectName: "transfer-created",
  effect: measure("transfer", "transfer"),
});

export const onTransferFailed = onStatus({
  document: "transfers/{transferId}",
  becomes: "failed",
  effectName: "transfer-failed",
  effect: alert("transfer-failed"),
});

export const onSubscriptionActivated = onStatus({
  document: "subscriptions/{subscriptionId}",
  becomes: "active",
  effectName: "subscription-active",
  effect: notify("client", "subscription-active"),
});

export const onWithdrawalRequested = onCreated({
  document: "withdrawals/{withdrawalId}",
  effectName: "withdrawal-requested",
  effect: notify("owner", "withdrawal-requested"),
});

export const onWithdrawalPaid = onStatus({
  document: "withdrawals/{withdrawalId}",
  becomes: "paid",
  effectName: "withdrawal-paid",
  effect: notify("owner", "withdrawal-paid"),
});
