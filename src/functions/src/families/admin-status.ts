import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { documentId, shortText } from "../input.ts";
import { requireRight, rightTo } from "../rights.ts";

const input = z.object({ id: documentId, reason: shortText.nullable().default(null) });

/**
 * Puts a document into a status and records who did it and why. Saying the same twice changes nothing; where only some
 * statuses may be left for it (`from`), others are refused.
 */
export function adminStatus(options: {
  collection: string;
  status: string;
  event: string;
  from?: readonly string[];
  /** Further writes that belong to the change, in its transaction. */
  also?: (transaction: Transaction, document: DocumentSnapshot) => void;
}) {
  return onCall(async (request: Asked<typeof input>) => {
    const actor = await requireRight(request, rightTo(options.collection));
    const { id, reason } = parseInput(input, request.data);
    return db().runTransaction(async (transaction) => {
      const reference = db().collection(options.collection).doc(id);
      const document = await transaction.get(reference);
      if (!document.exists) throw new HttpsError("not-found", `There is no ${id} in ${options.collection}.`);
      const from: string | null = document.get("status") ?? null;
      if (from === options.status) return { id, status: options.status, changed: false };
      if (options.from?.includes(from ?? "") === false) {
        throw new HttpsError("failed-precondition", `It is ${from}; it cannot become ${options.status}.`);
      }
      const statusAt = FieldValue.serverTimestamp();
      transaction.update(reference, { status: options.status, statusReason: reason, statusAt });
      options.also?.(transaction, document);
      const details = { from, to: options.status, reason };
      recordAdminEvent(transaction, { event: options.event, actor, target: reference.path, details });
      return { id, status: options.status, changed: true };
    });
  });
}
