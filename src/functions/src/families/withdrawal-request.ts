import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput, requireUser } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { cents, documentId } from "../input.ts";
import { checkMember } from "./membership.ts";
import { ownStatus } from "./own-documents.ts";

/** `requestId` comes from the client: pressing the button twice must not ask twice. */
const input = z.object({ requestId: documentId, amountCents: cents });

/**
 * Takes an amount from the balance and asks for its payment; a locked bonus cannot be taken. The affiliate sees the
 * request in the programme's collection; payments/ works on its twin in `withdrawals`.
 */
export function withdrawalRequest(role: Role) {
  return onCall(async (request: Asked<typeof input>) => {
    const uid = requireUser(request);
    const { requestId, amountCents } = parseInput(input, request.data);
    if (amountCents < role.minimumWithdrawalCents) {
      throw new HttpsError(
        "failed-precondition",
        `The least that can be paid out is ${role.minimumWithdrawalCents} cents.`,
      );
    }
    const own = db().collection(collectionOf(role, "withdrawals")).doc(`${uid}_${requestId}`);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    return db().runTransaction(async (transaction) => {
      const [present, owner] = await transaction.getAll(own, profile);
      if (owner === undefined || checkMember(owner).get("status") !== "active") {
        throw new HttpsError("failed-precondition", "Your registration has not been approved yet.");
      }
      if (present?.exists) return { id: own.id, status: present.get("status") as string };
      const balanceCents: number = owner.get("balanceCents") ?? 0;
      if (balanceCents < amountCents) throw new HttpsError("failed-precondition", "The balance is too low.");
      const createdAt = FieldValue.serverTimestamp();
      const asked = { owner: uid, amountCents, currency: "usd", status: "pending", createdAt };
      transaction.update(profile, { balanceCents: FieldValue.increment(-amountCents) });
      transaction.create(own, asked);
      transaction.create(twinOf(role, own.id), { ...asked, role: role.name, ownId: own.id, attempts: 0 });
      return { id: own.id, status: "pending" };
    });
  });
}

/** Takes a request back that nobody has looked at; the amount returns to the balance. */
export function withdrawalCancel(role: Role) {
  return ownStatus(role, "withdrawals", {
    from: ["pending"],
    to: "cancelled",
    also: (transaction: Transaction, own: DocumentSnapshot) => {
      const profile = db().collection(collectionOf(role, "profiles")).doc(own.get("owner"));
      transaction.update(profile, { balanceCents: FieldValue.increment(own.get("amountCents")) });
      transaction.update(twinOf(role, own.id), { status: "cancelled", statusAt: FieldValue.serverTimestamp() });
    },
  });
}

function twinOf(role: Role, ownId: string) {
  return db().collection("withdrawals").doc(`${role.name}_${ownId}`);
}
