import { ownGet, ownList } from "../../families/own-documents.ts";
import { withdrawalCancel, withdrawalRequest } from "../../families/withdrawal-request.ts";
import { influencer } from "../roles.ts";

export const requestInfluencerWithdrawal = withdrawalRequest(influencer);
export const listInfluencerWithdrawals = ownList(influencer, "withdrawals");
export const cancelInfluencerWithdrawal = withdrawalCancel(influencer);
export const listInfluencerPayouts = ownList(influencer, "payouts");
export const getInfluencerPayoutStatement = ownGet(influencer, "payouts");
