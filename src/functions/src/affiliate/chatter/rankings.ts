import { FieldValue } from "firebase-admin/firestore";
import { leaderboard, ownRank, rankingUpdate } from "../../families/rankings.ts";
import { sweep } from "../../families/sweep.ts";
import { chatter, collectionOf } from "../roles.ts";

/** For each of the three best of a month. */
const monthlyBonusCents = 10_000;

export const getChatterLeaderboard = leaderboard(chatter);
export const getChatterRanking = ownRank(chatter);
export const updateChatterRankings = rankingUpdate(chatter, { schedule: "15 * * * *" });
export const awardChatterMonthlyBonuses = sweep({
  schedule: "0 3 1 * *",
  collection: collectionOf(chatter, "profiles"),
  status: "active",
  since: "createdAt",
  olderThanHours: 24 * 30,
  each: async (profile) => {
    const month = new Date().toISOString().slice(0, 7);
    if (!(profile.get("rank") <= 3) || profile.get("bonusMonth") === month) return;
    await profile.ref.update({ bonusMonth: month, balanceCents: FieldValue.increment(monthlyBonusCents) });
  },
});
