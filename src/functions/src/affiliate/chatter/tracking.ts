import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { trackClick } from "../../families/tracking.ts";
import { chatter } from "../roles.ts";

export const trackChatterClick = trackClick(chatter);
export const listChatterReferrals = ownList(chatter, "referrals");
export const getChatterConversionStats = ownSummary(chatter, "clicks", { statuses: ["open", "registered", "paid"] });
