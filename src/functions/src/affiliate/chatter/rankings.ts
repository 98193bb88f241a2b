import { FieldValue } from "firebase-admin/firestore";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { leaderboard, ownRank, rankingUpdate } from "../../families/rankings.ts";
import { db } from "../../firestore.ts";
import { applyOnce } from "../../ledger.ts";
import { monthBefore, monthField } from "../months.ts";
import { chatter, collectionOf } from "../roles.ts";

/** For each of the three best of a month. */
const monthlyBonusCents = 10_000;

export const getChatterLeaderboard = leaderboard(chatter);
export const getChatterRanking = ownRank(chatter);
export const updateChatterRankings = rankingUpdate(chatter, { schedule: "15 * * * *" });

/** Pays the bonus of the month that has ended, once per month and place, by the time the run was due and not by today's. */
export const awardChatterMonthlyBonuses = onSchedule({ schedule: "0 3 1 * *", timeZone: "Etc/UTC" }, async (event) => {
  const field = monthField(monthBefore(new Date(event.scheduleTime)));
  const profiles = db().collection(collectionOf(chatter, "profiles")).where(field, ">", 0).orderBy(field, "desc");
  const best = (await profiles.limit(20).get()).docs
    .filter((profile) => profile.get("status") === "active")
    .slice(0, 3);
  for (const [index, profile] of best.entries()) {
    const delivery = { function: "awardChatterMonthlyBonuses", event: `${field}:${index + 1}` };
    await applyOnce(delivery, async (transaction) => {
      transaction.update(profile.ref, { balanceCents: FieldValue.increment(monthlyBonusCents) });
    });
  }
});
