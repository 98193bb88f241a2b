import type { Query } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { type Asked, parseInput } from "../access.ts";
import { db } from "../firestore.ts";
import { page, readPage } from "../paging.ts";
import { requireRight, rightTo } from "../rights.ts";

/** A page of a collection for the back office, newest first; `where` keeps documents whose field has that value. */
export function adminList(options: {
  collection: string;
  orderBy?: string;
  where?: { readonly field: string; readonly is: string | boolean };
}) {
  return onCall(async (request: Asked<typeof page>) => {
    await requireRight(request, rightTo(options.collection));
    const wanted = parseInput(page, request.data);
    const collection = db().collection(options.collection);
    let query: Query = collection.orderBy(options.orderBy ?? "createdAt", "desc");
    if (options.where !== undefined) query = query.where(options.where.field, "==", options.where.is);
    return readPage(collection, query, wanted);
  });
}
