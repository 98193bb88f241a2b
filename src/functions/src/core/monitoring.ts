import { FieldValue } from "firebase-admin/firestore";
import { logger } from "firebase-functions";
import { onCall, onRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { z } from "zod";
import { type Asked, parseInput, requireAdmin } from "../access.ts";
import { adminStatus } from "../families/admin-status.ts";
import { db } from "../firestore.ts";
import { longText, shortText } from "../input.ts";
import { describeError } from "../outside.ts";

/** For uptime checks: 200 when the database answers, 503 when it does not. */
export const healthCheck = onRequest(async (_request, response) => {
  try {
    await db().collection("settings").doc("health").get();
    response.status(200).json({ status: "ok" });
  } catch (error) {
    logger.error("database does not answer", describeError(error));
    response.status(503).json({ status: "unavailable" });
  }
});

/** Opens an alert when more calls or payments failed in an hour than the thresholds allow. */
export const checkServiceHealth = onSchedule({ schedule: "5 * * * *", timeZone: "Etc/UTC" }, async (event) => {
  const thresholds = await db().collection("settings").doc("alert-thresholds").get();
  const since = new Date(Date.parse(event.scheduleTime) - 3_600_000);
  for (const [collection, field] of [
    ["call_sessions", "failedCalls"],
    ["payments", "failedPayments"],
  ] as const) {
    const failures = db().collection(collection).where("status", "==", "failed").where("createdAt", ">=", since);
    const count = (await failures.count().get()).data().count;
    if (count <= (thresholds.get(field) ?? 20)) continue;
    const createdAt = FieldValue.serverTimestamp();
    // The hour names the alert: a run that is delivered twice opens one.
    const alert = db()
      .collection("alerts")
      .doc(`${field}_${event.scheduleTime.replaceAll(/\D/g, "")}`);
    await db().runTransaction(async (transaction) => {
      if ((await transaction.get(alert)).exists) return;
      transaction.create(alert, { kind: field, count, status: "open", createdAt });
    });
  }
});

/** Yesterday's figures of the platform, one document per kind, counted by Firestore. */
export const collectDailyFigures = onSchedule({ schedule: "20 0 * * *", timeZone: "Etc/UTC" }, async (event) => {
  const end = new Date(event.scheduleTime.slice(0, 10));
  const start = new Date(end.getTime() - 86_400_000);
  const day = start.toISOString().slice(0, 10);
  for (const [kind, collection] of [
    ["calls", "call_sessions"],
    ["payments", "payments"],
    ["registrations", "registrations"],
    ["subscriptions", "subscriptions"],
  ] as const) {
    const created = db().collection(collection).where("createdAt", ">=", start).where("createdAt", "<", end);
    const count = (await created.count().get()).data().count;
    await db().collection("daily_figures").doc(`${day}_${kind}`).set({ day, kind, count, createdAt: end });
  }
});

/** Open alerts and the last check of each kind, for the first page of the back office. */
export const getSystemStatus = onCall(async (request) => {
  requireAdmin(request);
  const open = await db().collection("alerts").where("status", "==", "open").limit(50).get();
  return { alerts: open.docs.map((alert) => ({ id: alert.id, ...alert.data() })) };
});

export const muteAlert = adminStatus({ collection: "alerts", status: "muted", event: "alert.muted" });

const clientError = z.object({
  message: longText,
  page: shortText,
  code: shortText.nullable().default(null),
  severity: z.enum(["warning", "error", "fatal"]),
});

/** What went wrong in a browser. Nobody has to be signed in to have a problem. */
export const reportClientError = onCall(async (request: Asked<typeof clientError>) => {
  const input = parseInput(clientError, request.data);
  const owner = request.auth?.uid ?? null;
  await db()
    .collection("client_errors")
    .add({ ...input, owner, createdAt: FieldValue.serverTimestamp() });
  return {};
});
