import { beforeEach, expect, it } from "vitest";
import { executeScheduledCall } from "../../src/functions/src/calls/execute-scheduled-call.ts";
import { decide, settle } from "../../src/functions/src/calls/settlement.ts";
import { createAndScheduleCall } from "../../src/functions/src/core/calls.ts";
import {
  cancelPaymentIntent,
  capturePaymentIntent,
  getPaymentReceipt,
  refundPayment,
} from "../../src/functions/src/payments/intents.ts";
import { authorizePayPalOrder, createPayPalOrder } from "../../src/functions/src/payments/paypal.ts";
import { releaseOldAuthorizations, stuckPaymentsRecovery } from "../../src/functions/src/payments/schedules.ts";
import { admin, call, refusalOf, runSchedule, runTask } from "./invoke.ts";
import { db, paypal, stripe } from "./surroundings.ts";

const anna = { uid: "anna" };
const booking = { bookingId: "b1", providerId: "lea", amountCents: 4_900, currency: "eur" };
let order: string;
let reserved: string;

beforeEach(async () => {
  await db.doc("providers/lea").set({ visible: true, callCents: 4_900, phone: "+4915112345678", balanceCents: 0 });
  order = String((await call(createPayPalOrder, anna, booking)).id);
  reserved = `AUTH-${order}`;
});

const payment = async () => (await db.doc(`payments/${order}`).get()).data();
const session = async () => (await db.doc("call_sessions/b1").get()).data();
const recover = () => runSchedule(stuckPaymentsRecovery, "2026-11-28T10:00:00Z");
/** Keys under which something was asked of the reservation. */
const keys = () =>
  paypal.asked
    .filter(({ method, path }) => method === "POST" && path.includes(reserved))
    .map(({ path, headers }) => `${path.split("/").at(-1)} ${headers["paypal-request-id"]}`);

async function book(): Promise<void> {
  await call(authorizePayPalOrder, anna, { id: order });
  const wish = { bookingId: "b1", providerId: "lea", paymentIntentId: order, clientPhone: "+33612345678" };
  await call(createAndScheduleCall, anna, wish);
}

async function end(seconds: number): Promise<void> {
  const reference = db.doc("call_sessions/b1");
  await db.runTransaction(async (transaction) => {
    decide(transaction, await transaction.get(reference), { seconds, failure: null });
  });
  await settle(reference);
}

it("writes the reservation down as a payment that a call can be booked with, once", async () => {
  const answers = await Promise.all([1, 2].map(() => call(authorizePayPalOrder, anna, { id: order })));
  expect(answers).toEqual([1, 2].map(() => ({ id: order, status: "COMPLETED" })));
  const { createdAt, updatedAt, ...kept } = (await payment()) ?? {};
  expect(kept).toEqual({
    bookingId: "b1",
    client: "anna",
    provider: "lea",
    amountCents: 4_900,
    currency: "eur",
    method: "paypal",
    authorization: reserved,
    status: "authorized",
  });
  await book();
  expect((await session())?.payment).toEqual({ id: order, status: "authorized", method: "paypal" });
  await runTask(executeScheduledCall, { sessionId: "b1" });
  expect((await session())?.status).toBe("calling");
  expect(Object.keys((await session())?.legs).length).toBe(2);
  expect(stripe.asked).toEqual([]);
});

it("finds the reservation of a copy that died, where PayPal no longer knows the request", async () => {
  paypal.authorizations.set(reserved, "CREATED");
  expect(await call(authorizePayPalOrder, anna, { id: order })).toEqual({ id: order, status: "COMPLETED" });
  expect(await payment()).toMatchObject({ status: "authorized", authorization: reserved });
});

it("writes nothing down where the client has not approved, or the reservation is gone", async () => {
  paypal.authorizations.set(reserved, "EXPIRED");
  expect(await refusalOf(authorizePayPalOrder, anna, { id: order })).toBe(
    "failed-precondition: PayPal has not reserved the amount.",
  );
  paypal.instead.push(
    () => null,
    () => ({ status: 403, body: {} }),
  );
  expect(await refusalOf(authorizePayPalOrder, anna, { id: order })).toBe(
    "failed-precondition: PayPal does not allow this now.",
  );
  expect(await payment()).toBeUndefined();
});

it("captures what a call has earned, from the class that has PayPal's secrets, once", async () => {
  await book();
  await end(120);
  expect([(await session())?.settlement.state, keys(), stripe.asked]).toEqual(["due", [], []]);
  await Promise.all([recover(), recover()]);
  expect([(await session())?.settlement.state, paypal.authorizations.get(reserved)]).toEqual(["done", "CAPTURED"]);
  expect((await session())?.payment.status).toBe("captured");
  expect(await payment()).toMatchObject({ status: "captured", capture: `CAPTURE-${reserved}` });
  expect(new Set(keys())).toEqual(new Set([`capture capture:${order}:0`]));
  const asked = paypal.asked.length;
  await recover();
  expect(paypal.asked.length).toBe(asked);
});

it("releases the amount of a call that did not come about, also when PayPal's answer was lost", async () => {
  await book();
  await end(5);
  // The token, then the request that PayPal carries out and whose answer nobody hears.
  paypal.instead.push(
    () => null,
    (asked) => {
      paypal.answer(asked);
      return { status: 500, body: {} };
    },
    () => ({ status: 500, body: {} }),
    () => ({ status: 500, body: {} }),
  );
  await recover();
  expect((await session())?.settlement).toMatchObject({ state: "due", attempt: 0 });
  await recover();
  expect((await session())?.settlement.state).toBe("done");
  expect([await payment(), paypal.authorizations.get(reserved)]).toMatchObject([{ status: "cancelled" }, "VOIDED"]);
  expect(new Set(keys())).toEqual(new Set([`void void:${order}:0`]));
});

it("takes a new key after a refusal, and believes PayPal where the money is gone or taken", async () => {
  await book();
  await end(120);
  paypal.instead.push(
    () => null,
    () => ({ status: 422, body: {} }),
  );
  await recover();
  expect((await session())?.settlement).toMatchObject({ state: "due", attempt: 1 });
  paypal.authorizations.set(reserved, "EXPIRED");
  await recover();
  expect((await session())?.settlement.state).toBe("done");
  expect(await payment()).toMatchObject({ status: "cancelled" });
  expect(keys()).toEqual([`capture capture:${order}:0`, `capture capture:${order}:1`]);
});

it("gives the amount back to a client who cancels, and to one whose call never came", async () => {
  await book();
  expect(await call(cancelPaymentIntent, anna, { id: order })).toEqual({ id: order, status: "canceled" });
  expect([(await session())?.status, paypal.authorizations.get(reserved)]).toEqual(["cancelled", "VOIDED"]);
  await recover();
  expect([(await session())?.settlement.state, (await payment())?.status]).toEqual(["done", "cancelled"]);

  await db.doc(`payments/${order}`).update({ status: "authorized", createdAt: new Date("2026-01-01") });
  paypal.authorizations.set(reserved, "CREATED");
  await runSchedule(releaseOldAuthorizations, "2026-11-28T10:40:00Z");
  expect([(await payment())?.status, paypal.authorizations.get(reserved)]).toEqual(["cancelled", "VOIDED"]);
  expect(stripe.asked).toEqual([]);
});

it("asks PayPal about a reservation that it still looked at", async () => {
  await call(authorizePayPalOrder, anna, { id: order });
  await db.doc(`payments/${order}`).update({ status: "created", createdAt: new Date("2026-01-01") });
  paypal.authorizations.set(reserved, "PENDING");
  await recover();
  expect((await payment())?.status).toBe("created");
  paypal.authorizations.set(reserved, "CREATED");
  await recover();
  expect((await payment())?.status).toBe("authorized");
});

it("captures by hand at PayPal, has no card's receipt, and refunds nothing at Stripe", async () => {
  await call(authorizePayPalOrder, anna, { id: order });
  expect(await call(getPaymentReceipt, anna, { id: order })).toEqual({ id: order, receipt: null });
  expect(await call(capturePaymentIntent, admin, { id: order })).toEqual({ id: order, status: "succeeded" });
  expect((await payment())?.status).toBe("captured");
  expect(await refusalOf(capturePaymentIntent, admin, { id: order })).toBe("accepted");
  expect(await refusalOf(refundPayment, admin, { id: order, reason: "sorry" })).toBe(
    "failed-precondition: This was paid through PayPal. Pay it back there.",
  );
  expect(stripe.asked).toEqual([]);
});
