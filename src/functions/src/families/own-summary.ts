import { AggregateField } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { collectionOf, type Kind, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { requireMember } from "./membership.ts";

/** How many documents of a kind the caller has per status, and what they add up to. Firestore counts. */
export function ownSummary(role: Role, kind: Kind, options: { statuses: readonly string[]; sum?: string }) {
  return onCall(async (request) => {
    const { id: uid } = await requireMember(request, role);
    const mine = db().collection(collectionOf(role, kind)).where("owner", "==", uid);
    const rows = options.statuses.map(async (status) => {
      const some = mine.where("status", "==", status);
      const count = (await some.count().get()).data().count;
      if (options.sum === undefined) return { status, count, sum: null };
      const total = await some.aggregate({ sum: AggregateField.sum(options.sum) }).get();
      return { status, count, sum: total.data().sum };
    });
    return { rows: await Promise.all(rows) };
  });
}
