import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";

export const getPaymentMetrics = adminStats({
  collection: "payment_metrics",
  by: "kind",
  values: ["authorized", "captured", "cancelled", "failed", "refunded"],
  sum: "amountCents",
});
export const getPaymentHealth = adminStats({
  collection: "payment_checks",
  by: "status",
  values: ["passed", "failed"],
});
export const listPaymentAlerts = adminList({ collection: "payment_alerts" });
export const settlePaymentAlert = adminStatus({
  collection: "payment_alerts",
  status: "settled",
  event: "payment-alert.settled",
});
