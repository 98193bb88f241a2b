import { HttpsError, onCall } from "firebase-functions/v2/https";
import { type Asked, parseInput } from "../access.ts";
import type { Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { target } from "../input.ts";
import { page, readPage } from "../paging.ts";
import { requireMember } from "./membership.ts";

/** What the platform publishes for everybody in a programme. */
type Shared = "affiliate_resources" | "training_modules";

/** A page of what is published for a programme, newest first. */
export function sharedList(role: Role, collectionName: Shared) {
  return onCall(async (request: Asked<typeof page>) => {
    await requireMember(request, role);
    const collection = db().collection(collectionName);
    const published = collection.where("role", "==", role.name).where("status", "==", "published");
    const found = await readPage(collection, published.orderBy("createdAt", "desc"), parseInput(page, request.data));
    return { ...found, items: found.items.map(withoutSolution) };
  });
}

/** One published document of a programme. */
export function sharedGet(role: Role, collectionName: Shared) {
  return onCall(async (request: Asked<typeof target>) => {
    await requireMember(request, role);
    const { id } = parseInput(target, request.data);
    const document = await db().collection(collectionName).doc(id).get();
    if (document.get("role") !== role.name || document.get("status") !== "published") {
      throw new HttpsError("not-found", `There is no ${id} in this programme.`);
    }
    return withoutSolution({ id, ...document.data() });
  });
}

/** A quiz that came with its answers would not be one. */
function withoutSolution({ solution: _, ...shown }: { id: string; solution?: unknown }) {
  return shown;
}
