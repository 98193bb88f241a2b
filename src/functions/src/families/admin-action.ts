import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireAdmin } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { target } from "../input.ts";

/** Changes fields of one document from checked input, and records the change with its author. */
export function adminAction<Shape extends z.ZodRawShape>(options: {
  collection: string;
  event: string;
  input: Shape;
  /** What the input makes of the document. Left out: its fields are the document's. */
  change?: (input: z.infer<z.ZodObject<Shape>>) => Record<string, unknown>;
}) {
  const change = options.change ?? ((input) => input);
  const schema = z.object(options.input);
  return onCall(async (request) => {
    const actor = requireAdmin(request);
    const { id } = parseInput(target, request.data);
    const details = parseInput(schema, request.data);
    await db().runTransaction(async (transaction) => {
      const reference = db().collection(options.collection).doc(id);
      const document = await transaction.get(reference);
      if (!document.exists) throw new HttpsError("not-found", `There is no ${id} in ${options.collection}.`);
      transaction.update(reference, { ...change(details), updatedAt: FieldValue.serverTimestamp() });
      recordAdminEvent(transaction, { event: options.event, actor, target: reference.path, details });
    });
    return { id };
  });
}
