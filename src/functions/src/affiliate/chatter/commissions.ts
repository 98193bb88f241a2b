import { commissionCreated, commissionRelease } from "../../families/commissions.ts";
import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { chatter } from "../roles.ts";

export const listChatterCommissions = ownList(chatter, "commissions");
export const getChatterCommissionSummary = ownSummary(chatter, "commissions", {
  statuses: ["held", "released", "reversed"],
  sum: "amountCents",
});
export const onChatterCommissionCreated = commissionCreated(chatter, { name: "onChatterCommissionCreated" });
export const releaseChatterCommissions = commissionRelease(chatter, { schedule: "10 2 * * *" });
