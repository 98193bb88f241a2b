import { commissionCreated, commissionRelease } from "../../families/commissions.ts";
import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { influencer } from "../roles.ts";

export const listInfluencerCommissions = ownList(influencer, "commissions");
export const getInfluencerCommissionSummary = ownSummary(influencer, "commissions", {
  statuses: ["held", "released", "reversed"],
  sum: "amountCents",
});
export const onInfluencerCommissionCreated = commissionCreated(influencer, { name: "onInfluencerCommissionCreated" });
export const releaseInfluencerCommissions = commissionRelease(influencer, { schedule: "20 2 * * *" });
