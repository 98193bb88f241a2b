import { beforeEach, expect, it } from "vitest";
import { adminCancelCall, adminRescheduleCall } from "../../src/functions/src/admin/calls.ts";
import { createAndScheduleCall } from "../../src/functions/src/core/calls.ts";
import {
  cancelPaymentIntent,
  createPaymentIntent,
  getPaymentStatus,
} from "../../src/functions/src/payments/intents.ts";
import { movePayment } from "../../src/functions/src/payments/payment-state.ts";
import { stuckPaymentsRecovery } from "../../src/functions/src/payments/schedules.ts";
import { admin, call, refusalOf, runSchedule } from "./invoke.ts";
import { db, stripe, tasks } from "./surroundings.ts";

const anna = { uid: "anna" };
const booking = { bookingId: "b1", providerId: "lea", amountCents: 4_900, currency: "eur" };
const wish = { bookingId: "b1", providerId: "lea", paymentIntentId: "pi_0001", clientPhone: "+33612345678" };

beforeEach(async () => {
  await db.doc("providers/lea").set({ visible: true, callCents: 4_900, phone: "+4915112345678", balanceCents: 0 });
});

const session = async () => (await db.doc("call_sessions/b1").get()).data();

it("reserves the price at Stripe under the booking's key, and writes the payment down", async () => {
  const answer = await call(createPaymentIntent, anna, booking);
  expect(answer).toEqual({ paymentIntentId: "pi_0001", clientSecret: "pi_0001_secret" });
  expect(stripe.calls()).toEqual(["POST /v1/payment_intents"]);
  expect(stripe.keys()).toEqual(["booking:b1"]);
  expect(Object.fromEntries(new URLSearchParams(stripe.asked[0]?.body))).toEqual({
    amount: "4900",
    currency: "eur",
    capture_method: "manual",
    "metadata[bookingId]": "b1",
    "metadata[clientId]": "anna",
    "metadata[providerId]": "lea",
  });
  const { createdAt, ...payment } = (await db.doc("payments/pi_0001").get()).data() ?? {};
  expect(createdAt.toMillis()).toBeGreaterThan(0);
  expect(payment).toEqual({
    bookingId: "b1",
    client: "anna",
    provider: "lea",
    amountCents: 4_900,
    currency: "eur",
    status: "created",
  });
});

it("answers the same intent to a button pressed three times at once, and to a copy that died before it had written", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => call(createPaymentIntent, anna, booking)));
  expect(new Set(answers.map(({ paymentIntentId }) => paymentIntentId))).toEqual(new Set(["pi_0001"]));
  expect(stripe.things.size).toBe(1);
  await db.doc("payments/pi_0001").delete();
  expect(await call(createPaymentIntent, anna, booking)).toMatchObject({ paymentIntentId: "pi_0001" });
  expect((await db.doc("payments/pi_0001").get()).exists).toBe(true);
});

it("tells a client where the payment and its call stand, and nobody else", async () => {
  const stands = () => call(getPaymentStatus, anna, { id: "pi_0001" });
  await call(createPaymentIntent, anna, booking);
  const payment = { id: "pi_0001", status: "created", amountCents: 4_900, currency: "eur" };
  expect(await stands()).toEqual({ ...payment, call: null });
  await movePayment("pi_0001", "authorized");
  await call(createAndScheduleCall, anna, wish);
  expect(await stands()).toEqual({ ...payment, status: "authorized", call: "scheduled" });
  await db.doc("call_sessions/b1").update({ status: "in-progress" });
  expect(await stands()).toMatchObject({ status: "authorized", call: "in-progress" });
  // Another payment under the same booking pays for no call.
  await db.doc("call_sessions/b1").update({ "payment.id": "pi_0002" });
  expect(await stands()).toMatchObject({ call: null });
  expect(await refusalOf(getPaymentStatus, { uid: "eve" }, { id: "pi_0001" })).toBe(
    "not-found: There is no payment pi_0001 of yours.",
  );
});

it("does not set a payment back that Stripe's event has moved already", async () => {
  await call(createPaymentIntent, anna, booking);
  await movePayment("pi_0001", "authorized");
  await call(createPaymentIntent, anna, booking);
  expect((await db.doc("payments/pi_0001").get()).get("status")).toBe("authorized");
});

it.each([
  ["somebody who has not signed in", null, booking, "unauthenticated: Sign in first."],
  [
    "another client's booking",
    { uid: "ben" },
    booking,
    "already-exists: This booking was made with other values. Book again.",
  ],
  [
    "another price for the same booking",
    anna,
    { ...booking, amountCents: 100 },
    "already-exists: This booking was made with other values. Book again.",
  ],
  [
    "a price that is not the provider's",
    anna,
    { ...booking, bookingId: "b2", amountCents: 100 },
    "failed-precondition: The price changed.",
  ],
  [
    "a provider nobody has approved",
    anna,
    { ...booking, bookingId: "b2", providerId: "max" },
    "failed-precondition: This provider takes no bookings.",
  ],
  [
    "a booking id with a slash",
    anna,
    { ...booking, bookingId: "a/b" },
    "invalid-argument: bookingId: expected a document id",
  ],
  [
    "half a cent",
    anna,
    { ...booking, amountCents: 0.5 },
    "invalid-argument: amountCents: Invalid input: expected int, received number",
  ],
  ["no data at all", anna, null, /^invalid-argument: bookingId: .*; providerId: .*; amountCents: .*; currency: /],
])("refuses a payment for %s, before Stripe is asked", async (_, caller, data, refusal) => {
  await db.doc("bookings/b1").set({ client: "anna", provider: "lea", amountCents: 4_900, currency: "eur" });
  await db.doc("providers/max").set({ visible: false, callCents: 4_900 });
  const heard = await refusalOf(createPaymentIntent, caller, data);
  if (typeof refusal === "string") expect(heard).toBe(refusal);
  else expect(heard).toMatch(refusal);
  expect(stripe.asked).toEqual([]);
});

it("tries again what Stripe did not answer, with the same key, and gives up after three tries", async () => {
  stripe.instead.push(
    () => ({ status: 500, body: { error: { type: "api_error" } } }),
    () => "drop",
  );
  expect(await call(createPaymentIntent, anna, booking)).toMatchObject({ paymentIntentId: "pi_0001" });
  expect(stripe.keys()).toEqual(["booking:b1", "booking:b1", "booking:b1"]);
  stripe.instead.push(...[1, 2, 3].map(() => () => "drop" as const));
  expect(await refusalOf(createPaymentIntent, anna, booking)).toBe(
    "unavailable: The payment service does not answer. Try again.",
  );
  expect(stripe.asked).toHaveLength(6);
});

async function authorized(): Promise<void> {
  await call(createPaymentIntent, anna, booking);
  const intent = stripe.things.get("pi_0001");
  if (intent !== undefined) intent.status = "requires_capture";
}

it("writes the call down and queues its task in the region that the environment names", async () => {
  await authorized();
  await movePayment("pi_0001", "authorized");
  const answer = await call(createAndScheduleCall, anna, {
    ...wish,
    startsAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  expect(answer.sessionId).toBe("b1");
  expect(tasks.queued).toEqual([
    {
      queue: "europe-west3/executeScheduledCall",
      name: expect.stringMatching(/\/queues\/executeScheduledCall\/tasks\/[0-9a-f]{64}$/),
      scheduleTime: answer.startsAt,
      data: { sessionId: "b1" },
    },
  ]);
  const { dialInCode, startsAt, createdAt, ...rest } = (await session()) ?? {};
  expect(dialInCode).toMatch(/^\d{6}$/);
  expect(startsAt.toDate().toISOString()).toBe(answer.startsAt);
  expect(createdAt.toMillis()).toBeGreaterThan(0);
  expect(rest).toEqual({
    client: "anna",
    clientPhone: "+33612345678",
    provider: "lea",
    providerPhone: "+4915112345678",
    amountCents: 4_900,
    currency: "eur",
    providerCents: 3_920,
    payment: { id: "pi_0001", status: "authorized" },
    round: 0,
    status: "scheduled",
  });
});

it("sees the payment authorized, whether Stripe's event comes before the call is written or after", async () => {
  await authorized();
  await call(createAndScheduleCall, anna, wish);
  expect((await session())?.payment).toEqual({ id: "pi_0001", status: "created" });
  await movePayment("pi_0001", "authorized");
  expect((await session())?.payment).toEqual({ id: "pi_0001", status: "authorized" });
});

it("books once however often it is asked, and does not restart a call that has begun", async () => {
  await authorized();
  const answers = await Promise.all([1, 2, 3].map(() => call(createAndScheduleCall, anna, wish)));
  expect(new Set(answers.map(({ startsAt }) => startsAt)).size).toBe(1);
  expect(tasks.queued).toHaveLength(1);
  const code = (await session())?.dialInCode;
  await db.doc("call_sessions/b1").update({ status: "in-progress" });
  await call(createAndScheduleCall, anna, wish);
  expect(await session()).toMatchObject({ status: "in-progress", dialInCode: code });
  expect(tasks.queued).toHaveLength(1);
});

it("queues the task at the next request, where the first died before it had", async () => {
  await authorized();
  tasks.instead.push(() => ({ status: 400, body: { error: { status: "INVALID_ARGUMENT", message: "no" } } }));
  expect(await refusalOf(createAndScheduleCall, anna, wish)).not.toBe("accepted");
  expect((await session())?.status).toBe("scheduled");
  await call(createAndScheduleCall, anna, wish);
  expect(tasks.queued).toHaveLength(1);
});

it("earns whoever sent the client a share of the fee, and nobody by his own call", async () => {
  await authorized();
  await db.doc("clients/anna").set({ affiliateCode: "CH-7Q2M9X" });
  await db.doc("affiliate_codes/CH-7Q2M9X").set({ owner: "carl", role: "chatter" });
  await call(createAndScheduleCall, anna, wish);
  expect((await session())?.referredBy).toEqual({ owner: "carl", prefix: "chatter", commissionCents: 196 });
  await db.doc("call_sessions/b1").delete();
  await db.doc("affiliate_codes/CH-7Q2M9X").set({ owner: "anna", role: "chatter" });
  await call(createAndScheduleCall, anna, wish);
  expect(await session()).not.toHaveProperty("referredBy");
});

it.each([
  ["somebody else's payment", { uid: "ben" }, {}, "failed-precondition: There is no payment for this call."],
  [
    "a payment for another booking",
    anna,
    { bookingId: "b9" },
    "failed-precondition: There is no payment for this call.",
  ],
  [
    "a payment that does not exist",
    anna,
    { paymentIntentId: "pi_x" },
    "failed-precondition: There is no payment for this call.",
  ],
  [
    "a phone number without its country",
    anna,
    { clientPhone: "0612345678" },
    "invalid-argument: clientPhone: Invalid E.164 number",
  ],
  [
    "a call after the card's reservation has ended",
    anna,
    { startsAt: "2099-01-01T00:00:00Z" },
    "failed-precondition: A call can be booked 6 days ahead.",
  ],
])("refuses to book a call with %s", async (_, caller, change, refusal) => {
  await authorized();
  expect(await refusalOf(createAndScheduleCall, caller, { ...wish, ...change })).toBe(refusal);
  expect(tasks.queued).toEqual([]);
});

it("releases the money of a client who cancels before the call, and refuses after it has begun", async () => {
  await authorized();
  await call(createAndScheduleCall, anna, wish);
  expect(await refusalOf(cancelPaymentIntent, { uid: "ben" }, { id: "pi_0001" })).toBe(
    "not-found: There is no payment pi_0001 of yours.",
  );
  await db.doc("call_sessions/b1").update({ status: "calling" });
  expect(await refusalOf(cancelPaymentIntent, anna, { id: "pi_0001" })).toBe(
    "failed-precondition: The call has begun: it can no longer be cancelled.",
  );
  expect(stripe.things.get("pi_0001")?.status).toBe("requires_capture");
  await db.doc("call_sessions/b1").update({ status: "scheduled" });
  expect(await call(cancelPaymentIntent, anna, { id: "pi_0001" })).toEqual({ id: "pi_0001", status: "canceled" });
  expect((await session())?.status).toBe("cancelled");
});

it("releases it later, where Stripe did not answer to the cancelling client", async () => {
  await authorized();
  await call(createAndScheduleCall, anna, wish);
  stripe.instead.push(...[1, 2, 3].map(() => () => "drop" as const));
  expect(await refusalOf(cancelPaymentIntent, anna, { id: "pi_0001" })).toMatch(/^unavailable: /);
  expect(stripe.things.get("pi_0001")?.status).toBe("requires_capture");
  await runSchedule(stuckPaymentsRecovery, "2026-11-28T10:00:00Z");
  expect(stripe.things.get("pi_0001")?.status).toBe("canceled");
  expect((await session())?.settlement.state).toBe("done");
});

it("releases the money of a call that the back office cancels, and puts one off with a task of its own", async () => {
  await authorized();
  await call(createAndScheduleCall, anna, wish);
  const startsAt = new Date(Date.now() + 7_200_000).toISOString();
  await call(adminRescheduleCall, admin, { id: "b1", startsAt });
  expect(tasks.queued).toHaveLength(2);
  expect(tasks.queued[1]).toMatchObject({ scheduleTime: startsAt, data: { sessionId: "b1" } });
  expect(tasks.queued[1]?.name).not.toBe(tasks.queued[0]?.name);
  expect(await session()).toMatchObject({ round: 1, status: "scheduled" });
  expect(await refusalOf(adminCancelCall, anna, { id: "b1" })).toBe("permission-denied: Administrators only.");
  await call(adminCancelCall, admin, { id: "b1", reason: "provider ill" });
  await runSchedule(stuckPaymentsRecovery, "2026-11-28T10:00:00Z");
  expect(stripe.things.get("pi_0001")?.status).toBe("canceled");
  const events = await db.collection("admin_events").orderBy("at").get();
  expect(events.docs.map((event) => event.get("event"))).toEqual(["call.rescheduled", "call.cancelled"]);
});
