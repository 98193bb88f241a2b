import { leaderboard, ownRank, rankingUpdate } from "../../families/rankings.ts";
import { blogger } from "../roles.ts";

export const getBloggerLeaderboard = leaderboard(blogger);
export const getBloggerRanking = ownRank(blogger);
export const updateBloggerRankings = rankingUpdate(blogger, { schedule: "35 * * * *" });
