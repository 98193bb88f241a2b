import { AggregateField, type Query, Timestamp } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { db } from "../firestore.ts";
import { requireRight, rightTo } from "../rights.ts";

const input = z.object({ from: z.iso.date().nullable().default(null), to: z.iso.date().nullable().default(null) });

/**
 * How many documents there are per value of a field, and what another field adds up to, between two days (UTC, the
 * last one left out). Firestore counts; no document is read.
 */
export function adminStats(options: { collection: string; by: string; values: readonly string[]; sum?: string }) {
  return onCall(async (request: Asked<typeof input>) => {
    await requireRight(request, rightTo(options.collection));
    const { from, to } = parseInput(input, request.data);
    let all: Query = db().collection(options.collection);
    if (from !== null) all = all.where("createdAt", ">=", Timestamp.fromDate(new Date(from)));
    if (to !== null) all = all.where("createdAt", "<", Timestamp.fromDate(new Date(to)));
    const rows = options.values.map(async (value) => {
      const some = all.where(options.by, "==", value);
      const count = (await some.count().get()).data().count;
      if (options.sum === undefined) return { value, count, sum: null };
      const total = await some.aggregate({ sum: AggregateField.sum(options.sum) }).get();
      return { value, count, sum: total.data().sum };
    });
    return { by: options.by, rows: await Promise.all(rows) };
  });
}
