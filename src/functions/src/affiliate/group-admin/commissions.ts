import { commissionCreated, commissionRelease } from "../../families/commissions.ts";
import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { groupAdmin } from "../roles.ts";

export const listGroupAdminCommissions = ownList(groupAdmin, "commissions");
export const getGroupAdminCommissionSummary = ownSummary(groupAdmin, "commissions", {
  statuses: ["held", "released", "reversed"],
  sum: "amountCents",
});
export const onGroupAdminCommissionCreated = commissionCreated(groupAdmin, { name: "onGroupAdminCommissionCreated" });
export const releaseGroupAdminCommissions = commissionRelease(groupAdmin, { schedule: "40 2 * * *" });
