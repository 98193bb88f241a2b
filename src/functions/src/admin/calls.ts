import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { z } from "zod";
import { queueCall } from "../core/call-queue.ts";
import { adminAction } from "../families/admin-action.ts";
import { adminExport } from "../families/admin-export.ts";
import { adminGet } from "../families/admin-get.ts";
import { adminList } from "../families/admin-list.ts";
import { adminStats } from "../families/admin-stats.ts";
import { adminStatus } from "../families/admin-status.ts";
import { readSettings, writeSettings } from "../families/settings.ts";
import { longText } from "../input.ts";

const collection = "call_sessions";

export const adminListCalls = adminList({ collection });
export const adminListRunningCalls = adminList({ collection, where: { field: "status", is: "in-progress" } });
export const adminListFailedCalls = adminList({ collection, where: { field: "status", is: "failed" } });
export const adminGetCall = adminGet({ collection, parts: ["legs", "events"] });
/** The client's money is released by stuckPaymentsRecovery, at its next run. */
export const adminCancelCall = adminStatus({
  collection,
  status: "cancelled",
  event: "call.cancelled",
  from: ["scheduled"],
  also: (transaction, call) => {
    const decidedAt = FieldValue.serverTimestamp();
    transaction.update(call.ref, { settlement: { decision: "cancel", state: "due", attempt: 0, decidedAt } });
  },
});
export const adminRescheduleCall = adminAction({
  collection,
  event: "call.rescheduled",
  input: { startsAt: z.iso.datetime() },
  refuse: (call) => (call.get("status") === "scheduled" ? null : `The call is ${call.get("status")}.`),
  change: ({ startsAt }) => ({ startsAt: Timestamp.fromDate(new Date(startsAt)), round: FieldValue.increment(1) }),
  // The task of the old time finds the call put off, and does nothing.
  afterwards: (call) => queueCall(call.id, call.get("round"), call.get("startsAt").toDate()),
});
export const adminMarkCallDisputed = adminAction({
  collection,
  event: "call.disputed",
  input: { complaint: longText },
  change: ({ complaint }) => ({ disputed: true, complaint }),
});
export const adminCallStats = adminStats({
  collection,
  by: "status",
  values: ["scheduled", "in-progress", "completed", "failed", "cancelled"],
  sum: "durationSeconds",
});
export const adminCallFailureStats = adminStats({
  collection,
  by: "failure",
  values: ["client-no-answer", "provider-no-answer", "voicemail", "carrier", "too-short", "not-started"],
});
export const adminGetCallSettings = readSettings("calls");
export const adminSetCallSettings = writeSettings(
  "calls",
  z.object({ delaySeconds: z.int().min(0).max(3600), attempts: z.int().min(1).max(5), recording: z.boolean() }),
);
export const adminExportCalls = adminExport({
  collection,
  columns: ["client", "provider", "status", "durationSeconds", "amountCents", "createdAt"],
});
