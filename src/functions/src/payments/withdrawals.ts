import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { adminAction } from "../families/admin-action.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStatus } from "../families/admin-status.ts";
import { db } from "../firestore.ts";
import { cents, currency, documentId, shortText } from "../input.ts";
import { giveBack, showToOwner } from "./withdrawal-state.ts";

const collection = "withdrawals";
const input = z.object({ requestId: documentId, amountCents: cents, currency });

/** A provider asks for earned money. `requestId` comes from the page: pressing the button twice asks once. */
export const paymentRequestWithdrawal = onCall(async (request: Asked<typeof input>) => {
  const uid = requireUser(request);
  const { requestId, ...wanted } = parseInput(input, request.data);
  const reference = db().collection(collection).doc(`provider_${uid}_${requestId}`);
  const provider = db().collection("providers").doc(uid);
  return db().runTransaction(async (transaction) => {
    const [present, owner] = await transaction.getAll(reference, provider);
    if (owner?.get("approvalStatus") !== "approved") {
      throw new HttpsError("permission-denied", "For approved providers only.");
    }
    if (present?.exists) return { id: reference.id, status: present.get("status") as string };
    const balanceCents: number = owner.get("balanceCents") ?? 0;
    if (balanceCents < wanted.amountCents) throw new HttpsError("failed-precondition", "The balance is too low.");
    const createdAt = FieldValue.serverTimestamp();
    transaction.update(provider, { balanceCents: FieldValue.increment(-wanted.amountCents) });
    const asked = { ...wanted, owner: uid, role: "provider", status: "pending", attempts: 0, createdAt };
    transaction.create(reference, asked);
    return { id: reference.id, status: "pending" };
  });
});

export const paymentListWithdrawals = adminList({ collection });
export const paymentGetWithdrawal = adminGet({ collection, parts: ["attempts"] });
/** What follows is done by paymentProcessAutomaticPayments at its next run. */
export const paymentApproveWithdrawal = adminStatus({
  collection,
  status: "approved",
  event: "withdrawal.approved",
  from: ["pending"],
  also: (transaction, withdrawal) => showToOwner(transaction, withdrawal, "approved"),
});
/** The amount returns to the balance. One that is being paid at this moment can no longer be rejected. */
export const paymentRejectWithdrawal = adminStatus({
  collection,
  status: "rejected",
  event: "withdrawal.rejected",
  from: ["pending", "approved", "failed"],
  also: (transaction, withdrawal) => {
    giveBack(transaction, withdrawal);
    showToOwner(transaction, withdrawal, "rejected");
  },
});
/** Tries a failed one again, as a new attempt with a key of its own. */
export const paymentRetryWithdrawal = adminStatus({
  collection,
  status: "approved",
  event: "withdrawal.retried",
  from: ["failed"],
  also: (transaction, withdrawal) => showToOwner(transaction, withdrawal, "approved"),
});
/** Paid by hand at the bank: keeps the bank's reference. */
export const paymentSettleWithdrawal = adminAction({
  collection,
  event: "withdrawal.settled",
  input: { reference: shortText },
  refuse: (withdrawal) =>
    ["approved", "failed"].includes(withdrawal.get("status")) ? null : `It is ${withdrawal.get("status")}.`,
  change: ({ reference }) => ({ status: "paid", reference, paidAt: FieldValue.serverTimestamp() }),
  also: (transaction, withdrawal) => showToOwner(transaction, withdrawal, "paid"),
});
