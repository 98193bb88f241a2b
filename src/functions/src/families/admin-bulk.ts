import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { recordAdminEvent } from "../audit-log.ts";
import { db } from "../firestore.ts";
import { documentId } from "../input.ts";
import { requireRight, rightTo } from "../rights.ts";

// A batch holds 500 writes: 400 documents, and room for the record.
const input = z.object({ ids: z.array(documentId).min(1).max(400) });

/** The same change to up to 400 documents at once: all of them or, when one is missing, none. */
export function adminBulk(options: { collection: string; event: string; change: Record<string, unknown> }) {
  return onCall(async (request: Asked<typeof input>) => {
    const actor = await requireRight(request, rightTo(options.collection));
    const ids = [...new Set(parseInput(input, request.data).ids)];
    const collection = db().collection(options.collection);
    const batch = db().batch();
    for (const id of ids) {
      batch.update(collection.doc(id), { ...options.change, updatedAt: FieldValue.serverTimestamp() });
    }
    const details = { ids, change: options.change };
    recordAdminEvent(batch, { event: options.event, actor, target: options.collection, details });
    try {
      await batch.commit();
    } catch (error) {
      // gRPC's NOT_FOUND.
      if ((error as { code?: unknown }).code !== 5) throw error;
      throw new HttpsError("not-found", `One of them is not in ${options.collection}; nothing was changed.`);
    }
    return { changed: ids.length };
  });
}
