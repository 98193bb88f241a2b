import { commissionCreated, commissionRelease } from "../../families/commissions.ts";
import { ownList } from "../../families/own-documents.ts";
import { ownSummary } from "../../families/own-summary.ts";
import { blogger } from "../roles.ts";

export const listBloggerCommissions = ownList(blogger, "commissions");
export const getBloggerCommissionSummary = ownSummary(blogger, "commissions", {
  statuses: ["held", "released", "reversed"],
  sum: "amountCents",
});
export const onBloggerCommissionCreated = commissionCreated(blogger, { name: "onBloggerCommissionCreated" });
export const releaseBloggerCommissions = commissionRelease(blogger, { schedule: "30 2 * * *" });
