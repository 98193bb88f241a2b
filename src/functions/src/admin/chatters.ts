import { FieldValue } from "firebase-admin/firestore";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { documentId, shortText, signedCents } from "../input.ts";

const collection = "chatter_profiles";

export const adminListChatters = adminList({ collection });
export const adminListPendingChatters = adminList({ collection, where: { field: "status", is: "pending" } });
export const adminGetChatter = adminGet({ collection, parts: ["training", "notes"] });
export const adminApproveChatter = adminStatus({ collection, status: "active", event: "chatter.approved" });
export const adminSuspendChatter = adminStatus({ collection, status: "suspended", event: "chatter.suspended" });
export const adminBanChatter = adminStatus({ collection, status: "banned", event: "chatter.banned" });
export const adminAdjustChatterBalance = adminAction({
  collection,
  event: "chatter.balance-adjusted",
  input: { changeCents: signedCents, reason: shortText },
  change: ({ changeCents }) => ({ balanceCents: FieldValue.increment(changeCents) }),
  adds: true,
});
export const adminMoveChatterRecruits = adminAction({
  collection,
  event: "chatter.recruits-moved",
  input: { recruiter: documentId },
  change: ({ recruiter }) => ({ recruitedBy: recruiter }),
});
export const adminBulkApproveChatters = adminBulk({
  collection,
  event: "chatter.bulk-approved",
  change: { status: "active" },
});
export const adminChatterStats = adminStats({
  collection,
  by: "status",
  values: ["pending", "active", "suspended", "banned"],
  sum: "balanceCents",
});
export const adminExportChatters = adminExport({
  collection,
  columns: ["displayName", "country", "status", "affiliateCode", "balanceCents", "createdAt"],
});
