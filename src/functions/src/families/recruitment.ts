import { FieldValue } from "firebase-admin/firestore";
import { onCall } from "firebase-functions/v2/https";
import type { Role } from "../affiliate/roles.ts";
import { requireMember } from "./membership.ts";

/** The path that makes whoever registers through it a recruit of the caller: his or her code, nothing secret. */
export function recruitmentLink(role: Role) {
  return onCall(async (request) => {
    const profile = await requireMember(request, role);
    await profile.ref.update({ recruitmentLinkAt: FieldValue.serverTimestamp() });
    return { path: `/join/${role.name}?by=${encodeURIComponent(profile.get("affiliateCode"))}` };
  });
}
