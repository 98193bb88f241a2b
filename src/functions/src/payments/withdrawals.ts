import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { adminAction } from "../families/admin-action.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStatus } from "../families/admin-status.ts";
import { db } from "../firestore.ts";
import { cents, currency, documentId, shortText } from "../input.ts";

const collection = "withdrawals";
const input = z.object({ requestId: documentId, amountCents: cents, currency });

/** A provider asks for earned money. `requestId` comes from the page: pressing the button twice asks once. */
export const paymentRequestWithdrawal = onCall(async (request) => {
  const uid = requireUser(request);
  const { requestId, ...wanted } = parseInput(input, request.data);
  const reference = db().collection(collection).doc(`${uid}_${requestId}`);
  const provider = db().collection("providers").doc(uid);
  return db().runTransaction(async (transaction) => {
    const [present, owner] = await transaction.getAll(reference, provider);
    if (present?.exists) return { id: reference.id, status: present.get("status") as string };
    const balanceCents: number = owner?.get("balanceCents") ?? 0;
    if (balanceCents < wanted.amountCents) throw new HttpsError("failed-precondition", "The balance is too low.");
    const createdAt = FieldValue.serverTimestamp();
    transaction.update(provider, { balanceCents: FieldValue.increment(-wanted.amountCents) });
    transaction.create(reference, { ...wanted, owner: uid, status: "pending", createdAt });
    return { id: reference.id, status: "pending" };
  });
});

export const paymentListWithdrawals = adminList({ collection });
export const paymentGetWithdrawal = adminGet({ collection, parts: ["attempts"] });
/** What follows is done by paymentProcessAutomaticPayments at its next run. */
export const paymentApproveWithdrawal = adminStatus({ collection, status: "approved", event: "withdrawal.approved" });
export const paymentRejectWithdrawal = adminStatus({ collection, status: "rejected", event: "withdrawal.rejected" });
export const paymentRetryWithdrawal = adminAction({
  collection,
  event: "withdrawal.retried",
  input: {},
  change: () => ({ status: "approved", attempts: 0 }),
});
/** Paid by hand at the bank: keeps the bank's reference. */
export const paymentSettleWithdrawal = adminAction({
  collection,
  event: "withdrawal.settled",
  input: { reference: shortText },
  change: ({ reference }) => ({ status: "paid", reference }),
});
