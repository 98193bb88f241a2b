import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { type Asked, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { target } from "../input.ts";
import { requireRight, rightTo } from "../rights.ts";

/** Takes a document out of use. It stays stored for the books, with the status "removed". */
export function adminRemove(options: { collection: string; event: string }) {
  return onCall(async (request: Asked<typeof target>) => {
    const actor = await requireRight(request, rightTo(options.collection));
    const { id } = parseInput(target, request.data);
    await db().runTransaction(async (transaction) => {
      const reference = db().collection(options.collection).doc(id);
      const document = await transaction.get(reference);
      if (!document.exists) throw new HttpsError("not-found", `There is no ${id} in ${options.collection}.`);
      transaction.update(reference, { status: "removed", removedAt: FieldValue.serverTimestamp() });
      const details = { from: document.get("status") ?? null };
      recordAdminEvent(transaction, { event: options.event, actor, target: reference.path, details });
    });
    return { id };
  });
}
