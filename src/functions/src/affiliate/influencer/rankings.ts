import { leaderboard, ownRank, rankingUpdate } from "../../families/rankings.ts";
import { influencer } from "../roles.ts";

export const getInfluencerLeaderboard = leaderboard(influencer);
export const getInfluencerRanking = ownRank(influencer);
export const updateInfluencerRankings = rankingUpdate(influencer, { schedule: "25 * * * *" });
