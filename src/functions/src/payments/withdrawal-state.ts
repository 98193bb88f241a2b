import { type DocumentReference, type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { collectionOf, type Role, roles } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";

// Whoever earns money here, provider or affiliate, asks for it with a document of `withdrawals`: the amount leaves the
// balance when it is asked for, and comes back when it is not paid. An affiliate also has a record in the programme's own
// collection, which is moved in the same transaction.

export type Earner = "provider" | Role["name"];

/** Where the balance of whoever asked is kept. */
export function accountOf(withdrawal: DocumentSnapshot): DocumentReference {
  const role: Earner = withdrawal.get("role") ?? "provider";
  const collection = role === "provider" ? "providers" : collectionOf(roles[role], "profiles");
  return db().collection(collection).doc(withdrawal.get("owner"));
}

/** Puts the amount back; the status must leave the open ones in the same transaction, so that it happens once. */
export function giveBack(transaction: Transaction, withdrawal: DocumentSnapshot): void {
  transaction.update(accountOf(withdrawal), { balanceCents: FieldValue.increment(withdrawal.get("amountCents")) });
}

/** Shows a withdrawal's new status in the affiliate's own record, and a paid one among the payouts. */
export function showToOwner(transaction: Transaction, withdrawal: DocumentSnapshot, status: string): void {
  const role: Earner = withdrawal.get("role") ?? "provider";
  if (role === "provider") return;
  const own = db().collection(collectionOf(roles[role], "withdrawals")).doc(withdrawal.get("ownId"));
  const statusAt = FieldValue.serverTimestamp();
  transaction.update(own, { status, statusAt });
  if (status !== "paid") return;
  transaction.set(db().collection(collectionOf(roles[role], "payouts")).doc(own.id), {
    owner: withdrawal.get("owner"),
    amountCents: withdrawal.get("amountCents"),
    currency: withdrawal.get("currency"),
    status: "paid",
    createdAt: statusAt,
  });
}
