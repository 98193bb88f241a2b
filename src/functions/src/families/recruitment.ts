import { FieldValue } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/v2/https";
import { requireUser } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";

/** The path that makes whoever registers through it a recruit of the caller: his or her code, nothing secret. */
export function recruitmentLink(role: Role) {
  return onCall(async (request) => {
    const uid = requireUser(request);
    const profile = db().collection(collectionOf(role, "profiles")).doc(uid);
    const code: string | undefined = (await profile.get()).get("affiliateCode");
    if (code === undefined) throw new HttpsError("failed-precondition", "Register for this programme first.");
    await profile.update({ recruitmentLinkAt: FieldValue.serverTimestamp() });
    return { path: `/join/${role.name}?by=${encodeURIComponent(code)}` };
  });
}
