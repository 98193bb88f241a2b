import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { trackClick } from "../../families/tracking.ts";
import { influencer } from "../roles.ts";

export const trackInfluencerClick = trackClick(influencer);
export const listInfluencerReferrals = ownList(influencer, "referrals");
export const getInfluencerConversionStats = ownSummary(influencer, "clicks", {
  statuses: ["open", "registered", "paid"],
});
