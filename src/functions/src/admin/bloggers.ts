import { FieldValue } from "firebase-admin/firestore";
import { adminAction } from "../families/admin-action.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { longText, shortText, signedCents } from "../input.ts";

const collection = "blogger_profiles";
const articles = "blogger_articles";

export const adminListBloggers = adminList({ collection });
export const adminListPendingBloggers = adminList({ collection, where: { field: "status", is: "pending" } });
export const adminGetBlogger = adminGet({ collection, parts: ["sites", "notes"] });
export const adminApproveBlogger = adminStatus({ collection, status: "active", event: "blogger.approved" });
export const adminSuspendBlogger = adminStatus({ collection, status: "suspended", event: "blogger.suspended" });
export const adminAdjustBloggerBalance = adminAction({
  collection,
  event: "blogger.balance-adjusted",
  input: { changeCents: signedCents, reason: shortText },
  change: ({ changeCents }) => ({ balanceCents: FieldValue.increment(changeCents) }),
  adds: true,
});
export const adminListBloggerArticles = adminList({ collection: articles });
export const adminAcceptBloggerArticle = adminStatus({
  collection: articles,
  status: "accepted",
  event: "blogger-article.accepted",
});
export const adminReturnBloggerArticle = adminAction({
  collection: articles,
  event: "blogger-article.returned",
  input: { remarks: longText },
  change: ({ remarks }) => ({ status: "returned", remarks }),
});
export const adminBloggerStats = adminStats({
  collection,
  by: "status",
  values: ["pending", "active", "suspended"],
  sum: "balanceCents",
});
export const adminExportBloggers = adminExport({
  collection,
  columns: ["displayName", "site", "status", "affiliateCode", "balanceCents", "createdAt"],
});
