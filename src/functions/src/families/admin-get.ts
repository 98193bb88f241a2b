import { HttpsError, onCall } from "firebase-functions/v2/https";
import { type Asked, parseInput } from "../access.ts";
import { db } from "../firestore.ts";
import { target } from "../input.ts";
import { requireRight, rightTo } from "../rights.ts";

/** One document for the back office, with the latest 50 entries of each named subcollection. */
export function adminGet(options: { collection: string; parts?: readonly string[] }) {
  return onCall(async (request: Asked<typeof target>) => {
    await requireRight(request, rightTo(options.collection));
    const { id } = parseInput(target, request.data);
    const reference = db().collection(options.collection).doc(id);
    const document = await reference.get();
    if (!document.exists) throw new HttpsError("not-found", `There is no ${id} in ${options.collection}.`);
    const parts: Record<string, unknown[]> = {};
    for (const part of options.parts ?? []) {
      const entries = await reference.collection(part).orderBy("createdAt", "desc").limit(50).get();
      parts[part] = entries.docs.map((entry) => ({ id: entry.id, ...entry.data() }));
    }
    return { id, ...document.data(), parts };
  });
}
