import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { parseInput, requireUser } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";

/** The caller's own profile in a programme. */
export function ownProfile(role: Role) {
  return onCall(async (request) => {
    const uid = requireUser(request);
    const profile = await db().collection(collectionOf(role, "profiles")).doc(uid).get();
    if (!profile.exists) throw new HttpsError("failed-precondition", "Register for this programme first.");
    return { id: uid, ...profile.data() };
  });
}

/** Changes the named fields of the caller's own profile, and no others. */
export function ownProfileUpdate<Shape extends z.ZodRawShape>(role: Role, fields: Shape) {
  const schema = z.object(fields);
  return onCall(async (request) => {
    const uid = requireUser(request);
    const values = parseInput(schema, request.data);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    if (!(await profile.get()).exists)
      throw new HttpsError("failed-precondition", "Register for this programme first.");
    await profile.update({ ...values, updatedAt: FieldValue.serverTimestamp() });
    return { id: uid };
  });
}
