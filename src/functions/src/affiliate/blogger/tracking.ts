import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { trackClick } from "../../families/tracking.ts";
import { blogger } from "../roles.ts";

export const trackBloggerClick = trackClick(blogger);
export const listBloggerReferrals = ownList(blogger, "referrals");
export const getBloggerConversionStats = ownSummary(blogger, "clicks", { statuses: ["open", "registered", "paid"] });
