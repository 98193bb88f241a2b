import { FieldValue } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import { z } from "zod";
import { type Asked, parseInput } from "../access.ts";
import type { Role } from "../affiliate/roles.ts";
import { requireMember } from "./membership.ts";

/** The caller's own profile in a programme. */
export function ownProfile(role: Role) {
  return onCall(async (request) => {
    const profile = await requireMember(request, role);
    return { id: profile.id, ...profile.data() };
  });
}

/** Changes the named fields of the caller's own profile, and no others. */
export function ownProfileUpdate<Shape extends z.ZodRawShape>(role: Role, fields: Shape) {
  const schema = z.object(fields);
  return onCall(async (request: Asked<typeof schema>) => {
    const profile = await requireMember(request, role);
    const values = parseInput(schema, request.data);
    await profile.ref.update({ ...values, updatedAt: FieldValue.serverTimestamp() });
    return { id: profile.id };
  });
}
