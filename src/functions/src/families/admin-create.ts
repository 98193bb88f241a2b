import { FieldValue } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { requireRight, rightTo } from "../rights.ts";

/** Adds a document from checked input, and records its author. It is a draft, unless something else is said. */
export function adminCreate<Shape extends z.ZodRawShape>(options: {
  collection: string;
  event: string;
  input: Shape;
  status?: string;
}) {
  const { status = "draft" } = options;
  const schema = z.object(options.input);
  return onCall(async (request: Asked<typeof schema>) => {
    const actor = await requireRight(request, rightTo(options.collection));
    const details = parseInput(schema, request.data);
    const reference = db().collection(options.collection).doc();
    const batch = db().batch();
    batch.create(reference, { ...details, status, createdBy: actor, createdAt: FieldValue.serverTimestamp() });
    recordAdminEvent(batch, { event: options.event, actor, target: reference.path, details });
    await batch.commit();
    return { id: reference.id };
  });
}
