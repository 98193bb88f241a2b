import { logger } from "firebase-functions";
import { onCall } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { monthField } from "../affiliate/months.ts";
import { collectionOf, type Role } from "../affiliate/roles.ts";
import { db } from "../firestore.ts";
import { requireMember } from "./membership.ts";

/** The best twenty of this month, as the last update left them. Names and points; nobody sees another's money. */
export function leaderboard(role: Role) {
  return onCall(async (request) => {
    await requireMember(request, role);
    const ranking = await db().collection("affiliate_rankings").doc(role.name).get();
    return { updatedAt: ranking.get("updatedAt") ?? null, best: ranking.get("best") ?? [] };
  });
}

/** The caller's own place; null before the first update after registration. */
export function ownRank(role: Role) {
  return onCall(async (request) => {
    const profile = await requireMember(request, role);
    const points: number = profile.get(monthField(new Date())) ?? 0;
    return { rank: profile.get("rank") ?? null, points };
  });
}

/** Writes every affiliate's place by this month's points, and the list of the best twenty. Running twice writes the same. */
export function rankingUpdate(role: Role, options: { schedule: string }) {
  return onSchedule({ schedule: options.schedule, timeZone: "Etc/UTC", timeoutSeconds: 540 }, async () => {
    const field = monthField(new Date());
    const byPoints = db().collection(collectionOf(role, "profiles")).where(field, ">", 0).orderBy(field, "desc");
    const profiles = (await byPoints.limit(5_000).get()).docs;
    const writer = db().bulkWriter();
    for (const [index, profile] of profiles.entries()) {
      if (profile.get("rank") !== index + 1) writer.update(profile.ref, { rank: index + 1 });
    }
    const best = profiles.slice(0, 20).map((profile, index) => ({
      rank: index + 1,
      displayName: profile.get("displayName") as string,
      points: profile.get(field) as number,
    }));
    writer.set(db().collection("affiliate_rankings").doc(role.name), { best, updatedAt: new Date() });
    await writer.close();
    logger.info("ranking updated", { role: role.name, affiliates: profiles.length });
  });
}
