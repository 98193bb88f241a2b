import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { trackClick } from "../../families/tracking.ts";
import { groupAdmin } from "../roles.ts";

export const trackGroupAdminClick = trackClick(groupAdmin);
export const listGroupAdminReferrals = ownList(groupAdmin, "referrals");
export const getGroupAdminConversionStats = ownSummary(groupAdmin, "clicks", {
  statuses: ["open", "registered", "paid"],
});
