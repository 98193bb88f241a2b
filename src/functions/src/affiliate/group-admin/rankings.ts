import { leaderboard, ownRank, rankingUpdate } from "../../families/rankings.ts";
import { groupAdmin } from "../roles.ts";

export const getGroupAdminLeaderboard = leaderboard(groupAdmin);
export const getGroupAdminRanking = ownRank(groupAdmin);
export const updateGroupAdminRankings = rankingUpdate(groupAdmin, { schedule: "45 * * * *" });
