import type { CollectionReference, Query } from "firebase-admin/firestore";
import { HttpsError } from "firebase-functions/v2/https";
import { z } from "zod";
import { documentId } from "./input.ts";

export const page = z.object({
  limit: z.int().min(1).max(200).default(50),
  after: documentId.nullable().default(null),
});

/** One page of a query; `next` is the id to send as `after` for the following page, null on the last. */
export async function readPage(collection: CollectionReference, query: Query, wanted: z.infer<typeof page>) {
  const last = wanted.after === null ? null : await collection.doc(wanted.after).get();
  if (last?.exists === false) throw new HttpsError("invalid-argument", "after: there is no such entry");
  const start = last === null ? query : query.startAfter(last);
  const documents = (await start.limit(wanted.limit).get()).docs;
  const full = documents.length === wanted.limit;
  return {
    items: documents.map((document) => ({ id: document.id, ...document.data() })),
    next: full ? (documents.at(-1)?.id ?? null) : null,
  };
}
