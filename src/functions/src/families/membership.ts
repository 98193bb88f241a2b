import type { DocumentSnapshot } from "firebase-admin/firestore";
import { type CallableRequest, HttpsError } from "firebase-functions/v2/https";
import { requireUser } from "../access.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";

/** Statuses of a profile that may use the programme; whoever was suspended, banned or has left may not. */
const members = ["pending", "active"];

/**
 * Profile of the caller in a programme; refuses whoever is not a member of it. Asked of the profile and not of the token:
 * a token outlives a suspension by an hour.
 */
export async function requireMember(request: CallableRequest, role: Role): Promise<DocumentSnapshot> {
  const uid = requireUser(request);
  return checkMember(await db().collection(collectionOf(role, "profiles")).doc(uid).get());
}

/** The same for a profile that was read otherwise, as in a transaction. */
export function checkMember(profile: DocumentSnapshot): DocumentSnapshot {
  if (!profile.exists) throw new HttpsError("failed-precondition", "Register for this programme first.");
  if (!members.includes(profile.get("status"))) {
    throw new HttpsError("permission-denied", `Your membership is ${profile.get("status")}.`);
  }
  return profile;
}
