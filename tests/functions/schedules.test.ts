import { beforeEach, expect, it } from "vitest";
import { checkServiceHealth, collectDailyFigures } from "../../src/functions/src/core/monitoring.ts";
import {
  cleanupOldPaymentAlerts,
  collectDailyPaymentMetrics,
  escalateOpenDisputes,
  releaseOldAuthorizations,
  runPaymentHealthCheck,
  stuckPaymentsRecovery,
} from "../../src/functions/src/payments/schedules.ts";
import { handlePaymentFailed, onPaymentRecordCreated } from "../../src/functions/src/payments/triggers.ts";
import { createdEvent, runSchedule, updatedEvent } from "./invoke.ts";
import { db, stripe } from "./surroundings.ts";

const due = "2026-11-28T10:00:00Z";
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const idsOf = async (collection: string) => (await db.collection(collection).get()).docs.map(({ id }) => id);

beforeEach(() => {
  stripe.keep({ id: "pi_1", object: "payment_intent", status: "requires_payment_method", amount: 4_900, metadata: {} });
});

it.each([
  ["requires_capture", 2, "authorized", "requires_capture"],
  ["succeeded", 2, "captured", "succeeded"],
  ["canceled", 2, "cancelled", "canceled"],
  ["requires_payment_method", 2, "created", "requires_payment_method"],
  ["processing", 25, "created", "processing"],
  ["requires_payment_method", 25, "cancelled", "canceled"],
  ["succeeded", 0.5, "created", "succeeded"],
])("asks Stripe about a stuck payment: %s after %d hours is %s", async (atStripe, hours, here, after) => {
  Object.assign(stripe.things.get("pi_1") ?? {}, { status: atStripe });
  await db.doc("payments/pi_1").set({ status: "created", amountCents: 4_900, createdAt: ago(hours) });
  await Promise.all([runSchedule(stuckPaymentsRecovery, due), runSchedule(stuckPaymentsRecovery, due)]);
  expect((await db.doc("payments/pi_1").get()).get("status")).toBe(here);
  expect(stripe.things.get("pi_1")?.status).toBe(after);
});

it("goes on to the next stuck payment when one cannot be had", async () => {
  for (const id of ["pi_0", "pi_1"]) {
    await db.doc(`payments/${id}`).set({ status: "created", amountCents: 1, createdAt: ago(3) });
  }
  Object.assign(stripe.things.get("pi_1") ?? {}, { status: "succeeded" });
  await runSchedule(stuckPaymentsRecovery, due);
  expect((await db.doc("payments/pi_1").get()).get("status")).toBe("captured");
});

it("releases at Stripe what was reserved for a call that never took place, before the card does", async () => {
  Object.assign(stripe.things.get("pi_1") ?? {}, { status: "requires_capture" });
  await db.doc("payments/pi_1").set({ status: "authorized", amountCents: 4_900, createdAt: ago(24 * 6.6) });
  await db.doc("payments/pi_2").set({ status: "authorized", amountCents: 4_900, createdAt: ago(24 * 6.4) });
  await Promise.all([runSchedule(releaseOldAuthorizations, due), runSchedule(releaseOldAuthorizations, due)]);
  expect(stripe.things.get("pi_1")?.status).toBe("canceled");
  expect((await db.doc("payments/pi_1").get()).get("status")).toBe("cancelled");
  expect((await db.doc("payments/pi_2").get()).get("status")).toBe("authorized");
});

it("opens one alert for a check that failed, though two copies made it", async () => {
  await runSchedule(runPaymentHealthCheck, due);
  expect((await db.doc("payment_checks/20261128100000").get()).get("status")).toBe("passed");
  stripe.instead.push(...Array.from({ length: 6 }, () => () => "drop" as const));
  const later = "2026-11-28T10:10:00Z";
  await Promise.all([runSchedule(runPaymentHealthCheck, later), runSchedule(runPaymentHealthCheck, later)]);
  expect((await db.doc("payment_checks/20261128101000").get()).get("status")).toBe("failed");
  expect(await idsOf("payment_alerts")).toEqual(["stripe-down_20261128101000"]);
});

it("counts yesterday by the day the run was due, and writes the same when it runs twice", async () => {
  const at = (day: number, status: string, id: string) =>
    db.doc(`payments/${id}`).set({ status, createdAt: new Date(Date.UTC(2026, 10, day, 12)) });
  await Promise.all([at(26, "captured", "a"), at(27, "captured", "b"), at(27, "captured", "c"), at(27, "failed", "d")]);
  await at(28, "captured", "e");
  for (let time = 0; time < 2; time += 1) {
    await runSchedule(collectDailyPaymentMetrics, "2026-11-28T00:10:00Z");
    await runSchedule(collectDailyFigures, "2026-11-28T00:20:00Z");
  }
  expect(await idsOf("daily_payments")).toEqual(["2026-11-27"]);
  expect((await db.doc("daily_payments/2026-11-27").get()).get("counts")).toEqual({
    authorized: 0,
    captured: 2,
    cancelled: 0,
    failed: 1,
    refunded: 0,
  });
  expect((await db.doc("daily_figures/2026-11-27_payments").get()).get("count")).toBe(3);
});

it("opens one alert an hour when more has failed than the thresholds allow", async () => {
  await db.doc("settings/alert-thresholds").set({ failedCalls: 1, failedPayments: 5 });
  for (const id of ["a", "b"]) {
    await db.doc(`call_sessions/${id}`).set({ status: "failed", createdAt: new Date("2026-11-28T09:30:00Z") });
  }
  const run = () => runSchedule(checkServiceHealth, "2026-11-28T10:05:00Z");
  await Promise.all([run(), run()]);
  const alerts = await db.collection("alerts").get();
  expect(alerts.docs.map((alert) => [alert.id, alert.get("count"), alert.get("status")])).toEqual([
    ["failedCalls_20261128100500", 2, "open"],
  ]);
});

it("deletes settled alerts after their time, and moves open disputes on", async () => {
  await db.doc("payment_alerts/old").set({ status: "settled", createdAt: ago(24 * 91) });
  await db.doc("payment_alerts/new").set({ status: "settled", createdAt: ago(24 * 89) });
  await db.doc("payment_alerts/open").set({ status: "open", createdAt: ago(24 * 91) });
  await runSchedule(cleanupOldPaymentAlerts, due);
  expect(await idsOf("payment_alerts")).toEqual(["new", "open"]);
  await db.doc("disputes/dp_1").set({ status: "open", updatedAt: ago(49) });
  await db.doc("disputes/dp_2").set({ status: "open", updatedAt: ago(47) });
  await runSchedule(escalateOpenDisputes, due);
  const statuses = (await db.collection("disputes").get()).docs.map((dispute) => dispute.get("status"));
  expect(statuses).toEqual(["escalated", "open"]);
});

it("tells client and back office of a failed payment once each", async () => {
  const created = await createdEvent("payments/pi_9", { client: "anna", status: "created", amountCents: 4_900 });
  await Promise.all([created(onPaymentRecordCreated), created(onPaymentRecordCreated)]);
  expect(await idsOf("payment_metrics")).toEqual(["pi_9_created"]);
  const payment = db.doc("payments/pi_9");
  const failed = await updatedEvent(payment, () => payment.update({ status: "failed" }));
  await Promise.all([failed(handlePaymentFailed), failed(handlePaymentFailed)]);
  const told = [
    ...(await db.collection("notifications").get()).docs,
    ...(await db.collection("payment_alerts").get()).docs,
  ];
  expect(told.map((one) => [one.get("kind"), one.get("about")])).toEqual([
    ["payment-failed", "pi_9"],
    ["payment-failed", "pi_9"],
  ]);
});

it("shows the photo that was stored last, whichever event comes last", async () => {
  // Needs the bucket's name, which the environment holds only now, when it is loaded.
  const { onProfilePhotoUploaded } = await import("../../src/functions/src/core/utilities.ts");
  await db.doc("providers/lea").set({ displayName: "Lea" });
  const stored = (name: string, generation: string, contentType = "image/png") =>
    onProfilePhotoUploaded.run({ data: { name, generation, contentType } } as never);
  await stored("photos/lea/new.png", "200");
  await stored("photos/lea/old.png", "100");
  await stored("photos/lea/script.html", "300", "text/html");
  await stored("documents/lea/pass.png", "400");
  await stored("photos/nobody/x.png", "500");
  expect((await db.doc("providers/lea").get()).get("photo")).toBe("photos/lea/new.png");
  expect(await idsOf("providers")).toEqual(["lea"]);
});
