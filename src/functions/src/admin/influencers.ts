import { FieldValue } from "firebase-admin/firestore";
import { adminAction } from "../families/admin-action.ts";
import { adminBulk } from "../families/admin-bulk.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { share, shortText, signedCents, url } from "../input.ts";

const collection = "influencer_profiles";

export const adminListInfluencers = adminList({ collection });
export const adminListPendingInfluencers = adminList({ collection, where: { field: "status", is: "pending" } });
export const adminGetInfluencer = adminGet({ collection, parts: ["channels", "notes"] });
export const adminApproveInfluencer = adminStatus({ collection, status: "active", event: "influencer.approved" });
export const adminSuspendInfluencer = adminStatus({ collection, status: "suspended", event: "influencer.suspended" });
export const adminAdjustInfluencerBalance = adminAction({
  collection,
  event: "influencer.balance-adjusted",
  input: { changeCents: signedCents, reason: shortText },
  change: ({ changeCents }) => ({ balanceCents: FieldValue.increment(changeCents) }),
  adds: true,
});
export const adminVerifyInfluencerChannel = adminAction({
  collection,
  event: "influencer.channel-verified",
  input: { channel: url },
  change: ({ channel }) => ({ channel, channelVerified: true }),
});
export const adminSetInfluencerDiscount = adminAction({
  collection,
  event: "influencer.discount-set",
  input: { discount: share },
  change: ({ discount }) => ({ discount }),
});
export const adminBulkApproveInfluencers = adminBulk({
  collection,
  event: "influencer.bulk-approved",
  change: { status: "active" },
});
export const adminInfluencerStats = adminStats({
  collection,
  by: "status",
  values: ["pending", "active", "suspended"],
  sum: "balanceCents",
});
export const adminExportInfluencers = adminExport({
  collection,
  columns: ["displayName", "channel", "status", "affiliateCode", "balanceCents", "createdAt"],
});
