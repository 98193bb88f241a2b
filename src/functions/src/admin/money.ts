import { z } from "zod";
import { adminAction } from "../families/admin-action.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { readSettings, writeSettings } from "../families/settings.ts";
import { cents, currency, longText, share, shortText } from "../input.ts";

// The back office reads what happened to money and sets prices; moving money is the business of payments/.

export const adminListPayments = adminList({ collection: "payments" });
export const adminGetPayment = adminGet({ collection: "payments", parts: ["events"] });
export const adminPaymentStats = adminStats({
  collection: "payments",
  by: "status",
  values: ["authorized", "captured", "cancelled", "failed", "refunded"],
  sum: "amountCents",
});
export const adminExportPayments = adminExport({
  collection: "payments",
  columns: ["client", "provider", "amountCents", "currency", "status", "createdAt"],
});
export const adminListRefunds = adminList({ collection: "refunds" });
export const adminListDisputes = adminList({ collection: "disputes" });
export const adminAnswerDispute = adminAction({
  collection: "disputes",
  event: "dispute.answered",
  input: { answer: longText },
  change: ({ answer }) => ({ answer, status: "answered" }),
});
export const adminListWithdrawals = adminList({ collection: "withdrawals" });
export const adminListPendingWithdrawals = adminList({
  collection: "withdrawals",
  where: { field: "status", is: "pending" },
});
export const adminWithdrawalStats = adminStats({
  collection: "withdrawals",
  by: "status",
  values: ["pending", "approved", "paid", "rejected", "failed"],
  sum: "amountCents",
});
export const adminExportWithdrawals = adminExport({
  collection: "withdrawals",
  columns: ["owner", "role", "amountCents", "currency", "status", "createdAt"],
});
export const adminListTransfers = adminList({ collection: "transfers" });
export const adminTransferStats = adminStats({
  collection: "transfers",
  by: "status",
  values: ["created", "paid", "failed", "reversed"],
  sum: "amountCents",
});
export const adminGetPricing = readSettings("pricing");
export const adminSetPricing = writeSettings(
  "pricing",
  z.object({ lawyerCallCents: cents, helperCallCents: cents, currency, platformShare: share }),
);
export const adminListInvoices = adminList({ collection: "invoices" });
export const adminCorrectInvoice = adminAction({
  collection: "invoices",
  event: "invoice.corrected",
  input: { reason: shortText, amountCents: cents },
  change: ({ reason, amountCents }) => ({ status: "corrected", correction: { reason, amountCents } }),
});
export const adminExportInvoices = adminExport({
  collection: "invoices",
  columns: ["number", "client", "amountCents", "vatCents", "country", "createdAt"],
});
