import { beforeEach, expect, it } from "vitest";
import {
  cancelChatterWithdrawal,
  requestChatterWithdrawal,
} from "../../src/functions/src/affiliate/chatter/withdrawals.ts";
import {
  authorizePayPalOrder,
  createPayPalOrder,
  createPayPalPayout,
} from "../../src/functions/src/payments/paypal.ts";
import {
  expirePendingWithdrawals,
  paymentProcessAutomaticPayments,
  retryFailedTransfers,
} from "../../src/functions/src/payments/schedules.ts";
import { createProviderTransfer, retryProviderTransfer } from "../../src/functions/src/payments/transfers.ts";
import { onCallSessionPaymentCaptured } from "../../src/functions/src/payments/triggers.ts";
import {
  paymentApproveWithdrawal,
  paymentRejectWithdrawal,
  paymentRequestWithdrawal,
  paymentRetryWithdrawal,
  paymentSettleWithdrawal,
} from "../../src/functions/src/payments/withdrawals.ts";
import { admin, call, refusalOf, runSchedule, updatedEvent } from "./invoke.ts";
import { db, paypal, stripe } from "./surroundings.ts";

const lea = { uid: "lea" };
const carl = { uid: "carl" };
const asked = { requestId: "r1", amountCents: 4_000, currency: "eur" };
const id = "provider_lea_r1";
const run = () => runSchedule(paymentProcessAutomaticPayments, "2026-11-28T10:00:00Z");

beforeEach(async () => {
  await db.doc("providers/lea").set({ approvalStatus: "approved", balanceCents: 10_000, stripeAccount: "acct_lea" });
  await db.doc("chatter_profiles/carl").set({
    status: "active",
    balanceCents: 6_000,
    payoutMethod: "paypal",
    payoutAddress: "carl@example.org",
  });
});

const withdrawal = async (of = id) => (await db.doc(`withdrawals/${of}`).get()).data();
const balance = async (path: string) => (await db.doc(path).get()).get("balanceCents");

async function approved(): Promise<void> {
  await call(paymentRequestWithdrawal, lea, asked);
  await call(paymentApproveWithdrawal, admin, { id });
}

it("takes the amount from the balance once, however often the button is pressed", async () => {
  const answers = await Promise.all([1, 2, 3].map(() => call(paymentRequestWithdrawal, lea, asked)));
  expect(answers).toEqual([1, 2, 3].map(() => ({ id, status: "pending" })));
  expect(await balance("providers/lea")).toBe(6_000);
});

it("never pays out more than there is, though two requests race", async () => {
  const race = [1, 2, 3].map((number) =>
    refusalOf(paymentRequestWithdrawal, lea, { ...asked, requestId: `r${number}`, amountCents: 4_500 }),
  );
  expect((await Promise.all(race)).sort()).toEqual([
    "accepted",
    "accepted",
    "failed-precondition: The balance is too low.",
  ]);
  expect(await balance("providers/lea")).toBe(1_000);
});

it("pays what was approved, once, though two runs overlap and a third follows", async () => {
  await approved();
  await Promise.all([run(), run()]);
  await run();
  expect(stripe.things.size).toBe(1);
  expect(new Set(stripe.keys())).toEqual(new Set([`withdrawal:${id}:1`]));
  expect(stripe.things.get("tr_0001")).toMatchObject({ amount: "4000", currency: "eur", destination: "acct_lea" });
  expect(await withdrawal()).toMatchObject({ status: "paid", payout: "tr_0001", attempts: 1 });
});

it("pays under the same key at the next run what Stripe did not answer to", async () => {
  await approved();
  // Stripe made the transfer, and its answers were lost.
  stripe.instead.push(
    (request) => {
      stripe.answer(request);
      return "drop";
    },
    () => "drop",
    () => "drop",
  );
  await run();
  expect(await withdrawal()).toMatchObject({ status: "paying", attempts: 1 });
  expect(await refusalOf(paymentRejectWithdrawal, admin, { id })).toBe(
    "failed-precondition: It is paying; it cannot become rejected.",
  );
  await run();
  expect(await withdrawal()).toMatchObject({ status: "paid", payout: "tr_0001" });
  expect(stripe.things.size).toBe(1);
});

it("fails with what Stripe refuses, tells the back office once, and retries under a new key", async () => {
  await approved();
  stripe.instead.push(() => ({
    status: 400,
    body: { error: { type: "invalid_request_error", code: "balance_insufficient" } },
  }));
  await run();
  await run();
  expect(await withdrawal()).toMatchObject({
    status: "failed",
    problem: { code: "balance_insufficient", status: 400 },
  });
  const alerts = await db.collection("payment_alerts").get();
  expect(alerts.docs.map((alert) => alert.id)).toEqual([`withdrawal-failed_${id}_1`]);
  await call(paymentRetryWithdrawal, admin, { id });
  await run();
  expect(await withdrawal()).toMatchObject({ status: "paid", attempts: 2 });
  expect(stripe.keys()).toEqual([`withdrawal:${id}:1`, `withdrawal:${id}:2`]);
});

it("gives a rejected or expired amount back, once", async () => {
  await call(paymentRequestWithdrawal, lea, asked);
  await Promise.all([1, 2].map(() => call(paymentRejectWithdrawal, admin, { id, reason: "wrong account" })));
  expect(await balance("providers/lea")).toBe(10_000);
  expect(await refusalOf(paymentApproveWithdrawal, admin, { id })).toBe(
    "failed-precondition: It is rejected; it cannot become approved.",
  );
  await call(paymentRequestWithdrawal, lea, { ...asked, requestId: "r2" });
  await db.doc("withdrawals/provider_lea_r2").update({ createdAt: new Date(Date.now() - 31 * 86_400_000) });
  const expire = () => runSchedule(expirePendingWithdrawals, "2026-11-28T03:50:00Z");
  await Promise.all([expire(), expire()]);
  expect(await balance("providers/lea")).toBe(10_000);
  expect((await withdrawal("provider_lea_r2"))?.status).toBe("expired");
});

it("keeps the bank's reference of what was paid by hand, and pays it not again", async () => {
  await approved();
  await call(paymentSettleWithdrawal, admin, { id, reference: "SEPA-17" });
  await run();
  expect(await withdrawal()).toMatchObject({ status: "paid", reference: "SEPA-17" });
  expect(stripe.asked).toEqual([]);
  expect(await refusalOf(paymentSettleWithdrawal, admin, { id, reference: "SEPA-18" })).toBe(
    "failed-precondition: It is paid.",
  );
});

it("shows affiliates where their withdrawal stands, pays it at PayPal once, and lists the payout", async () => {
  const answer = await call(requestChatterWithdrawal, carl, { requestId: "r1", amountCents: 5_000 });
  expect(answer).toEqual({ id: "carl_r1", status: "pending" });
  expect(await balance("chatter_profiles/carl")).toBe(1_000);
  await call(paymentApproveWithdrawal, admin, { id: "chatter_carl_r1" });
  expect((await db.doc("chatter_withdrawals/carl_r1").get()).get("status")).toBe("approved");
  expect(await refusalOf(cancelChatterWithdrawal, carl, { id: "carl_r1" })).toBe(
    "failed-precondition: It is approved; it can no longer become cancelled.",
  );
  await Promise.all([run(), call(createPayPalPayout, admin, { withdrawalId: "chatter_carl_r1" })]);
  await run();
  expect(paypal.payouts()).toEqual([
    {
      sender_batch_header: { sender_batch_id: "withdrawal:chatter_carl_r1:1" },
      items: [
        {
          recipient_type: "EMAIL",
          receiver: "carl@example.org",
          amount: { value: "50.00", currency: "USD" },
          sender_item_id: "withdrawal:chatter_carl_r1:1",
        },
      ],
    },
  ]);
  expect((await db.doc("chatter_withdrawals/carl_r1").get()).get("status")).toBe("paid");
  expect((await db.doc("chatter_payouts/carl_r1").get()).data()).toMatchObject({
    owner: "carl",
    amountCents: 5_000,
    status: "paid",
  });
});

it("gives a cancelled withdrawal back once, and takes nothing under the least or from pending members", async () => {
  await call(requestChatterWithdrawal, carl, { requestId: "r1", amountCents: 5_000 });
  await Promise.all([1, 2].map(() => call(cancelChatterWithdrawal, carl, { id: "carl_r1" })));
  expect(await balance("chatter_profiles/carl")).toBe(6_000);
  expect((await withdrawal("chatter_carl_r1"))?.status).toBe("cancelled");
  expect(await refusalOf(cancelChatterWithdrawal, carl, { id: "dora_r1" })).toBe(
    "not-found: There is no dora_r1 among yours.",
  );
  expect(await refusalOf(requestChatterWithdrawal, carl, { requestId: "r2", amountCents: 2_999 })).toBe(
    "failed-precondition: The least that can be paid out is 3000 cents.",
  );
  await db.doc("chatter_profiles/carl").update({ status: "pending" });
  expect(await refusalOf(requestChatterWithdrawal, carl, { requestId: "r3", amountCents: 3_000 })).toBe(
    "failed-precondition: Your registration has not been approved yet.",
  );
});

it("fails what has no place to go, for a person to look at", async () => {
  await db.doc("chatter_profiles/carl").update({ payoutMethod: "bank", payoutAddress: "FR76 3000" });
  await call(requestChatterWithdrawal, carl, { requestId: "r1", amountCents: 5_000 });
  await call(paymentApproveWithdrawal, admin, { id: "chatter_carl_r1" });
  await run();
  expect((await withdrawal("chatter_carl_r1"))?.status).toBe("failed");
  expect(paypal.asked).toEqual([]);
});

it("credits provider and referrer of a captured call once, with the commission held", async () => {
  const session = db.doc("call_sessions/b1");
  await session.set({
    provider: "lea",
    providerCents: 3_920,
    payment: { id: "pi_1", status: "authorized" },
    referredBy: { owner: "carl", prefix: "chatter", commissionCents: 196 },
  });
  const deliver = await updatedEvent(session, () => session.update({ "payment.status": "captured" }));
  await Promise.all([deliver(onCallSessionPaymentCaptured), deliver(onCallSessionPaymentCaptured)]);
  await deliver(onCallSessionPaymentCaptured);
  expect(await balance("providers/lea")).toBe(13_920);
  expect((await db.doc("chatter_commissions/b1").get()).data()).toMatchObject({
    owner: "carl",
    amountCents: 196,
    status: "held",
  });
  const other = await updatedEvent(session, () => session.update({ durationSeconds: 5 }));
  await other(onCallSessionPaymentCaptured);
  expect(await balance("providers/lea")).toBe(13_920);
});

it("credits nobody for a call that was refunded before its capture was heard of", async () => {
  const session = db.doc("call_sessions/b1");
  await session.set({ provider: "lea", providerCents: 3_920, payment: { id: "pi_1", status: "authorized" } });
  const deliver = await updatedEvent(session, () => session.update({ "payment.status": "captured" }));
  await session.update({ "payment.status": "refunded" });
  await deliver(onCallSessionPaymentCaptured);
  expect(await balance("providers/lea")).toBe(10_000);
});

const transfer = { paymentId: "pi_1", provider: "lea", amountCents: 3_920, currency: "eur" };

it("transfers once per payment, what a captured payment covers, for administrators", async () => {
  expect(await refusalOf(createProviderTransfer, lea, transfer)).toBe("permission-denied: Administrators only.");
  await db.doc("payments/pi_1").set({ provider: "lea", amountCents: 4_900, currency: "eur", status: "authorized" });
  const uncovered = "failed-precondition: No captured payment of this provider covers that.";
  expect(await refusalOf(createProviderTransfer, admin, transfer)).toBe(uncovered);
  await db.doc("payments/pi_1").update({ status: "captured" });
  expect(await refusalOf(createProviderTransfer, admin, { ...transfer, amountCents: 4_901 })).toBe(uncovered);
  const made = await Promise.all([1, 2].map(() => call(createProviderTransfer, admin, transfer)));
  expect(made).toEqual([{ id: "tr_0001" }, { id: "tr_0001" }]);
  expect(await refusalOf(createProviderTransfer, admin, { ...transfer, amountCents: 100 })).toBe(
    "already-exists: The same request was made with other values.",
  );
});

it("tries a refused transfer again under a new key, by hand or by itself, and not for ever", async () => {
  await db.doc("payments/pi_1").set({ provider: "lea", amountCents: 4_900, currency: "eur", status: "captured" });
  const refuse = () => ({
    status: 400,
    body: { error: { type: "invalid_request_error", code: "balance_insufficient" } },
  });
  stripe.instead.push(refuse, refuse);
  expect(await refusalOf(createProviderTransfer, admin, transfer)).toBe(
    "failed-precondition: Stripe does not allow this now.",
  );
  const failed = db.doc("transfers/failed_pi_1");
  expect((await failed.get()).data()).toMatchObject({ status: "failed", attempts: 1, provider: "lea" });
  expect(await refusalOf(retryProviderTransfer, admin, { id: "failed_pi_1" })).toBe(
    "failed-precondition: Stripe does not allow this now.",
  );
  await failed.update({ updatedAt: new Date(Date.now() - 7 * 3_600_000) });
  await runSchedule(retryFailedTransfers, "2026-11-28T06:15:00Z");
  expect(stripe.keys()).toEqual(["transfer:pi_1", "transfer:pi_1:2", "transfer:pi_1:3"]);
  expect((await failed.get()).data()).toMatchObject({ status: "retried", transfer: "tr_0001" });
  expect(await refusalOf(retryProviderTransfer, admin, { id: "failed_pi_1" })).toBe(
    "failed-precondition: Transfer failed_pi_1 has not failed, or too often.",
  );
});

it("reserves a booking at PayPal once, for the client whose booking it is", async () => {
  await db.doc("providers/lea").update({ visible: true, callCents: 4_900 });
  const booking = { bookingId: "b1", providerId: "lea", amountCents: 4_900, currency: "eur" };
  const orders = await Promise.all([1, 2].map(() => call(createPayPalOrder, { uid: "anna" }, booking)));
  expect(orders[0]).toEqual(orders[1]);
  const { id: order } = orders[0] ?? {};
  expect(await refusalOf(authorizePayPalOrder, { uid: "ben" }, { id: order })).toBe(
    `not-found: There is no order ${order} of yours.`,
  );
  expect(await call(authorizePayPalOrder, { uid: "anna" }, { id: order })).toEqual({ id: order, status: "COMPLETED" });
  paypal.instead.push(
    () => null,
    () => ({ status: 403, body: {} }),
  );
  expect(await refusalOf(authorizePayPalOrder, { uid: "anna" }, { id: order })).toBe(
    "failed-precondition: PayPal does not allow this now.",
  );
});
