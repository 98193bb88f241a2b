import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { cents, documentId } from "../input.ts";

/** `requestId` comes from the client: pressing the button twice must not ask twice. */
const input = z.object({ requestId: documentId, amountCents: cents });

/** Takes an amount from the balance and asks for its payment; a locked bonus cannot be taken. */
export function withdrawalRequest(role: Role) {
  return onCall(async (request) => {
    const uid = requireUser(request);
    const { requestId, amountCents } = parseInput(input, request.data);
    if (amountCents < role.minimumWithdrawalCents) {
      throw new HttpsError(
        "failed-precondition",
        `The least that can be paid out is ${role.minimumWithdrawalCents} cents.`,
      );
    }
    const withdrawal = db().collection(collectionOf(role, "withdrawals")).doc(`${uid}_${requestId}`);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    return db().runTransaction(async (transaction) => {
      const [present, owner] = await transaction.getAll(withdrawal, profile);
      if (present?.exists) return { id: withdrawal.id, status: present.get("status") as string };
      const balanceCents: number = owner?.get("balanceCents") ?? 0;
      if (balanceCents < amountCents) throw new HttpsError("failed-precondition", "The balance is too low.");
      const createdAt = FieldValue.serverTimestamp();
      transaction.update(profile, { balanceCents: FieldValue.increment(-amountCents) });
      transaction.create(withdrawal, { owner: uid, amountCents, currency: "usd", status: "pending", createdAt });
      return { id: withdrawal.id, status: "pending" };
    });
  });
}
