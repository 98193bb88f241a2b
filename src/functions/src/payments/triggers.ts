import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { collectionOf, type Prefix } from "../affiliate/roles.ts";
import { onCreated } from "../families/on-created.ts";
import { onStatus } from "../families/on-status.ts";
import { db } from "../firestore.ts";

const session = "call_sessions/{sessionId}";
const payment = "payments/{paymentId}";
const transfer = "transfers/{transferId}";
const dispute = "disputes/{disputeId}";
const withdrawal = "withdrawals/{withdrawalId}";

/** Tells whoever the document names in `field` something: the page shows it, and the mail service sends it on. */
function notify(field: string, kind: string) {
  return (transaction: Transaction, document: DocumentSnapshot) => {
    const about = { owner: document.get(field) ?? null, kind, about: document.id };
    const createdAt = FieldValue.serverTimestamp();
    transaction.set(db().collection("notifications").doc(), { ...about, status: "new", createdAt });
  };
}

function alert(kind: string) {
  return (transaction: Transaction, document: DocumentSnapshot) => {
    const createdAt = FieldValue.serverTimestamp();
    transaction.set(db().collection("payment_alerts").doc(), { kind, about: document.id, status: "open", createdAt });
  };
}

function measure(kind: string, subject: string) {
  return (transaction: Transaction, created: DocumentSnapshot) => {
    const { createTime: createdAt = FieldValue.serverTimestamp() } = created;
    const amountCents = created.get("amountCents") ?? null;
    const metric = { kind, [subject]: created.id, amountCents, createdAt };
    transaction.set(db().collection("payment_metrics").doc(`${created.id}_${kind}`), metric);
  };
}

export const onCallSessionPaymentAuthorized = onStatus({
  name: "onCallSessionPaymentAuthorized",
  document: session,
  field: "payment.status",
  becomes: "authorized",
  apply: notify("provider", "call-booked"),
});

/**
 * The call is paid: the provider's share goes to the balance, and whoever referred the client earns a commission, once,
 * together with the note of it on the call. A refund that was quicker leaves nothing to share.
 */
export const onCallSessionPaymentCaptured = onStatus({
  name: "onCallSessionPaymentCaptured",
  document: session,
  field: "payment.status",
  becomes: "captured",
  apply: async (transaction, { ref }) => {
    const call = await transaction.get(ref);
    const provider = await transaction.get(db().collection("providers").doc(call.get("provider")));
    if (call.get("payment.status") !== "captured" || call.get("creditedCents") !== undefined) return;
    if (!provider.exists) {
      alert("provider-missing")(transaction, call);
      return;
    }
    const providerCents: number = call.get("providerCents") ?? 0;
    transaction.update(provider.ref, { balanceCents: FieldValue.increment(providerCents) });
    transaction.update(ref, { creditedCents: providerCents });
    const referredBy: { owner: string; prefix: Prefix; commissionCents: number } | undefined = call.get("referredBy");
    if (referredBy !== undefined) {
      transaction.create(db().collection(collectionOf(referredBy, "commissions")).doc(call.id), {
        owner: referredBy.owner,
        amountCents: referredBy.commissionCents,
        status: "held",
        createdAt: FieldValue.serverTimestamp(),
      });
    }
  },
});

export const handlePaymentReceived = onStatus({
  name: "handlePaymentReceived",
  document: payment,
  becomes: "captured",
  apply: notify("client", "payment-received"),
});

export const handlePaymentFailed = onStatus({
  name: "handlePaymentFailed",
  document: payment,
  becomes: "failed",
  apply: (transaction, failed) => {
    notify("client", "payment-failed")(transaction, failed);
    alert("payment-failed")(transaction, failed);
  },
});

export const onPaymentRecordCreated = onCreated({
  name: "onPaymentRecordCreated",
  document: payment,
  apply: measure("created", "payment"),
});

export const onPaymentCancelled = onStatus({
  name: "onPaymentCancelled",
  document: payment,
  becomes: "cancelled",
  apply: notify("client", "payment-cancelled"),
});

export const onRefundRecordCreated = onCreated({
  name: "onRefundRecordCreated",
  document: "refunds/{refundId}",
  apply: alert("refund"),
});

export const onDisputeOpened = onCreated({
  name: "onDisputeOpened",
  document: dispute,
  apply: alert("dispute-opened"),
});

export const onDisputeClosed = onStatus({
  name: "onDisputeClosed",
  document: dispute,
  becomes: "closed",
  apply: alert("dispute-closed"),
});

export const onTransferRecordCreated = onCreated({
  name: "onTransferRecordCreated",
  document: transfer,
  apply: measure("transfer", "transfer"),
});

export const onTransferFailed = onStatus({
  name: "onTransferFailed",
  document: transfer,
  becomes: "failed",
  apply: alert("transfer-failed"),
});

export const onSubscriptionActivated = onStatus({
  name: "onSubscriptionActivated",
  document: "subscriptions/{subscriptionId}",
  becomes: "active",
  apply: notify("client", "subscription-active"),
});

export const onWithdrawalRequested = onCreated({
  name: "onWithdrawalRequested",
  document: withdrawal,
  apply: notify("owner", "withdrawal-requested"),
});

export const onWithdrawalPaid = onStatus({
  name: "onWithdrawalPaid",
  document: withdrawal,
  becomes: "paid",
  apply: notify("owner", "withdrawal-paid"),
});
