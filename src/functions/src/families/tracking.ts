import { createHash } from "node:crypto";
import { FieldValue } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { shortText } from "../input.ts";

const input = z.object({ code: shortText, page: shortText, visitor: shortText });

/**
 * Counts a click on an affiliate's link. Visitors need no account; the same visitor counts once a day, and is kept as a
 * hash. A code of another programme, or of nobody, counts nothing and says so.
 */
export function trackClick(role: Role) {
  return onCall(async (request: Asked<typeof input>) => {
    const { code, page, visitor } = parseInput(input, request.data);
    const owner = await db().collection("affiliate_codes").doc(encodeURIComponent(code)).get();
    if (owner.get("role") !== role.name) return { counted: false };
    const day = new Date().toISOString().slice(0, 10);
    const id = createHash("sha256").update(`${day}:${code}:${visitor}`).digest("hex").slice(0, 32);
    const click = db().collection(collectionOf(role, "clicks")).doc(id);
    return db().runTransaction(async (transaction) => {
      if ((await transaction.get(click)).exists) return { counted: false };
      const createdAt = FieldValue.serverTimestamp();
      transaction.create(click, { owner: owner.get("owner"), code, page, status: "open", createdAt });
      return { counted: true };
    });
  });
}
