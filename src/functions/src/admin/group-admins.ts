import { FieldValue } from "firebase-admin/firestore";
import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { shortText, signedCents } from "../input.ts";

const collection = "group_admin_profiles";
const groups = "group_admin_groups";

export const adminListGroupAdmins = adminList({ collection });
export const adminGetGroupAdmin = adminGet({ collection, parts: ["notes"] });
export const adminApproveGroupAdmin = adminStatus({ collection, status: "active", event: "group-admin.approved" });
export const adminSuspendGroupAdmin = adminStatus({ collection, status: "suspended", event: "group-admin.suspended" });
export const adminAdjustGroupAdminBalance = adminAction({
  collection,
  event: "group-admin.balance-adjusted",
  input: { changeCents: signedCents, reason: shortText },
  change: ({ changeCents }) => ({ balanceCents: FieldValue.increment(changeCents) }),
  adds: true,
});
export const adminListManagedGroups = adminList({ collection: groups });
export const adminVerifyManagedGroup = adminAction({
  collection: groups,
  event: "group.verified",
  input: { members: z.int().min(0) },
  change: ({ members }) => ({ status: "verified", members }),
});
export const adminRejectManagedGroup = adminStatus({ collection: groups, status: "rejected", event: "group.rejected" });
export const adminManagedGroupStats = adminStats({
  collection: groups,
  by: "status",
  values: ["pending", "verified", "rejected"],
  sum: "members",
});
export const adminGroupAdminStats = adminStats({
  collection,
  by: "status",
  values: ["pending", "active", "suspended"],
  sum: "balanceCents",
});
export const adminExportGroupAdmins = adminExport({
  collection,
  columns: ["displayName", "country", "status", "affiliateCode", "balanceCents", "createdAt"],
});
