import { z } from "zod";
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
export const adminCancelCall = adminStatus({ collection, status: "cancelled", event: "call.cancelled" });
export const adminRescheduleCall = adminAction({
  collection,
  event: "call.rescheduled",
  input: { startsAt: z.iso.datetime() },
  change: ({ startsAt }) => ({ startsAt, status: "rescheduling" }),
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
  values: ["client-no-answer", "provider-no-answer", "voicemail", "carrier"],
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
