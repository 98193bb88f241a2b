import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";

export const adminPlatformStats = adminStats({
  collection: "daily_figures",
  by: "kind",
  values: ["calls", "payments", "registrations", "subscriptions"],
  sum: "count",
});
export const adminRevenueStats = adminStats({
  collection: "daily_revenue",
  by: "source",
  values: ["calls", "subscriptions"],
  sum: "amountCents",
});
export const adminRegistrationStats = adminStats({
  collection: "registrations",
  by: "role",
  values: ["client", "provider", "chatter", "influencer", "blogger", "groupAdmin"],
});
export const adminCommissionStats = adminStats({
  collection: "commission_totals",
  by: "role",
  values: ["chatter", "influencer", "blogger", "groupAdmin"],
  sum: "amountCents",
});
export const adminTrafficStats = adminStats({
  collection: "affiliate_clicks_daily",
  by: "role",
  values: ["chatter", "influencer", "blogger", "groupAdmin"],
  sum: "clicks",
});
export const adminConversionStats = adminStats({
  collection: "conversions",
  by: "kind",
  values: ["first-call", "repeat-call", "subscription"],
});
export const adminLanguageStats = adminStats({
  collection: "registrations",
  by: "language",
  values: ["en", "fr", "es", "de", "pt", "ru", "zh", "hi", "ar"],
});
export const adminDeviceStats = adminStats({
  collection: "sessions_daily",
  by: "device",
  values: ["phone", "tablet", "desktop"],
  sum: "count",
});
export const adminClientErrorStats = adminStats({
  collection: "client_errors",
  by: "severity",
  values: ["warning", "error", "fatal"],
});
export const adminListClientErrors = adminList({ collection: "client_errors" });
export const adminListDailyFigures = adminList({ collection: "daily_figures", orderBy: "day" });
