import { type DocumentSnapshot, FieldValue, type Transaction } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type AskedFor, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { documentId, target } from "../input.ts";
import { requireRight, rightTo } from "../rights.ts";

const maybeId = documentId.nullable().default(null);

type RequestId<Adds extends boolean> = {
  readonly requestId: Adds extends true ? typeof documentId : typeof maybeId;
};

/**
 * Changes fields of one document from checked input, and records the change with its author. A `requestId` makes it one
 * change however often it is sent; where a change adds to what is there, it must come.
 */
export function adminAction<Shape extends z.ZodRawShape, Adds extends boolean = false>(options: {
  collection: string;
  event: string;
  input: Shape;
  /** What the input makes of the document. Left out: its fields are the document's. */
  change?: (input: z.infer<z.ZodObject<Shape>>) => Record<string, unknown>;
  /** Why the document, as it is, does not allow the change; null where it does. */
  refuse?: (document: DocumentSnapshot) => string | null;
  /** Further writes that belong to the change, in its transaction. */
  also?: (transaction: Transaction, document: DocumentSnapshot) => void;
  /** The change adds to a value: twice would be twice as much. */
  adds?: Adds;
  /** What is to be done after the change, and again when the request is: it must bear that. */
  afterwards?: (document: DocumentSnapshot) => Promise<void>;
}) {
  const change = options.change ?? ((input) => input);
  const schema = z.object(options.input);
  const key = z.object({ requestId: options.adds ? documentId : maybeId });
  return onCall(async (request: AskedFor<Shape & typeof target.shape & RequestId<Adds>>) => {
    const actor = await requireRight(request, options.adds ? "money" : rightTo(options.collection));
    const { id } = parseInput(target, request.data);
    const { requestId } = parseInput(key, request.data);
    const details = parseInput(schema, request.data);
    const reference = db().collection(options.collection).doc(id);
    await db().runTransaction(async (transaction) => {
      const document = await transaction.get(reference);
      if (!document.exists) throw new HttpsError("not-found", `There is no ${id} in ${options.collection}.`);
      const eventId = requestId === null ? null : `${options.event}_${id}_${requestId}`;
      if (eventId !== null && (await transaction.get(db().collection("admin_events").doc(eventId))).exists) return;
      const refusal = options.refuse?.(document) ?? null;
      if (refusal !== null) throw new HttpsError("failed-precondition", refusal);
      transaction.update(reference, { ...change(details), updatedAt: FieldValue.serverTimestamp() });
      options.also?.(transaction, document);
      recordAdminEvent(transaction, { event: options.event, actor, target: reference.path, details }, eventId);
    });
    await options.afterwards?.(await reference.get());
    return { id };
  });
}
