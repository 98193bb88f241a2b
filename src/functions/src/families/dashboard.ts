import { onCall } from "firebase-functions/v2/https";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { requireMember } from "./membership.ts";

/** What an affiliate sees first: balance, bonus, numbers of this programme, and the last ten commissions. */
export function dashboard(role: Role) {
  return onCall(async (request) => {
    const profile = await requireMember(request, role);
    const mine = (kind: "referrals" | "recruits" | "commissions") =>
      db().collection(collectionOf(role, kind)).where("owner", "==", profile.id);
    const [referrals, recruits, commissions] = await Promise.all([
      mine("referrals").count().get(),
      mine("recruits").count().get(),
      mine("commissions").orderBy("createdAt", "desc").limit(10).get(),
    ]);
    return {
      affiliateCode: profile.get("affiliateCode") as string,
      status: profile.get("status") as string,
      balanceCents: profile.get("balanceCents") as number,
      bonus: profile.get("bonus"),
      referrals: referrals.data().count,
      recruits: recruits.data().count,
      commissions: commissions.docs.map((document) => ({ id: document.id, ...document.data() })),
    };
  });
}
