import { ownGet, ownList, ownStatus } from "../../families/own-documents.ts";
import { withdrawalRequest } from "../../families/withdrawal-request.ts";
import { influencer } from "../roles.ts";

export const requestInfluencerWithdrawal = withdrawalRequest(influencer);
export const listInfluencerWithdrawals = ownList(influencer, "withdrawals");
export const cancelInfluencerWithdrawal = ownStatus(influencer, "withdrawals", { from: ["pending"], to: "cancelled" });
export const listInfluencerPayouts = ownList(influencer, "payouts");
export const getInfluencerPayoutStatement = ownGet(influencer, "payouts");
