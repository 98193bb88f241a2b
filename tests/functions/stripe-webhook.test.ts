import { expect, it } from "vitest";
import { stripeWebhook } from "../../src/functions/src/payments/stripe-webhook.ts";
import { signatureOf } from "./doubles/stripe.ts";
import { send } from "./invoke.ts";
import { db, stripe } from "./surroundings.ts";

const at = 1_795_000_000;

function event(id: string, type: string, object: Record<string, unknown>, created = at, more = {}) {
  return { id, object: "event", type, created, livemode: false, data: { object }, ...more };
}

function deliver(body: string, signature: string | null = signatureOf(body, "whsec_first")) {
  const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
  if (signature !== null) headers["stripe-signature"] = signature;
  return send("stripeWebhook", stripeWebhook, { headers, body });
}

const deliverEvent = (value: object) => deliver(JSON.stringify(value, null, 2));

const intent = (status: string) => ({
  id: "pi_1",
  object: "payment_intent",
  amount: 4_900,
  amount_received: status === "succeeded" ? 4_900 : 0,
  currency: "eur",
  status,
  metadata: { bookingId: "b1", clientId: "anna", providerId: "lea" },
});

const payment = async () => (await db.doc("payments/pi_1").get()).data();

it("believes what Stripe signed over the raw body, and nothing else", async () => {
  const body = JSON.stringify(event("evt_1", "payment_intent.succeeded", intent("succeeded")), null, 2);
  const old = Math.floor(Date.now() / 1000) - 301;
  expect(await deliver(body, null)).toEqual({ status: 400, body: "expected a signed event" });
  const refused = { status: 400, body: "signature does not fit" };
  expect(await deliver(body, signatureOf(body, "whsec_forged"))).toEqual(refused);
  expect(await deliver(body, signatureOf(body, "whsec_first", old))).toEqual(refused);
  // The same JSON in other words: what is signed is the text.
  expect(await deliver(JSON.stringify(JSON.parse(body)), signatureOf(body, "whsec_first"))).toEqual(refused);
  expect(await deliver(body.replace("4900", "1"), signatureOf(body, "whsec_first"))).toEqual(refused);
  const got = await send("stripeWebhook", stripeWebhook, { method: "GET", headers: {}, body: "" });
  expect(got.status).toBe(400);
  expect((await db.collection("processed_events").get()).size).toBe(0);
  expect(await deliver(body, signatureOf(body, "whsec_second"))).toEqual({
    status: 200,
    body: '{"outcome":"done-now"}',
  });
  expect(await payment()).toMatchObject({ status: "captured", receivedCents: 4_900, client: "anna", bookingId: "b1" });
});

it("takes an event once however often it comes, also to two copies at the same time", async () => {
  const sent = event("evt_1", "payment_intent.amount_capturable_updated", intent("requires_capture"));
  const answers = await Promise.all([deliverEvent(sent), deliverEvent(sent), deliverEvent(sent)]);
  expect(answers.filter(({ body }) => body === '{"outcome":"done-now"}')).toHaveLength(1);
  expect(answers.every(({ status, body }) => status === 200 || (status === 409 && body.includes("in-progress")))).toBe(
    true,
  );
  expect(await deliverEvent(sent)).toEqual({ status: 200, body: '{"outcome":"done-before"}' });
  const metrics = await db.collection("payment_metrics").get();
  expect(metrics.docs.map(({ id }) => id)).toEqual(["pi_1_authorized"]);
  const records = await db.collection("processed_events").get();
  expect(records.docs.map((record) => [record.get("function"), record.get("event"), record.get("attempt")])).toEqual([
    ["stripeWebhook", "evt_1", 1],
  ]);
});

it("moves a payment and its call forward in whatever order the events come", async () => {
  await db.doc("call_sessions/b1").set({ payment: { id: "pi_1", status: "created" }, provider: "lea" });
  await deliverEvent(event("evt_3", "payment_intent.succeeded", intent("succeeded")));
  await deliverEvent(event("evt_2", "payment_intent.amount_capturable_updated", intent("requires_capture")));
  await deliverEvent(event("evt_1", "payment_intent.payment_failed", intent("requires_payment_method")));
  await deliverEvent(event("evt_4", "payment_intent.canceled", intent("canceled")));
  expect(await payment()).toMatchObject({ status: "captured", receivedCents: 4_900 });
  expect((await db.doc("call_sessions/b1").get()).get("payment")).toEqual({ id: "pi_1", status: "captured" });
});

it("leaves a call alone that another payment pays for, and intents that are no booking's", async () => {
  await db.doc("call_sessions/b1").set({ payment: { id: "pi_other", status: "created" } });
  await deliverEvent(event("evt_1", "payment_intent.succeeded", intent("succeeded")));
  expect((await db.doc("call_sessions/b1").get()).get("payment.status")).toBe("created");
  const foreign = { ...intent("succeeded"), id: "pi_2", metadata: {} };
  expect((await deliverEvent(event("evt_2", "payment_intent.succeeded", foreign))).status).toBe(200);
  expect((await db.doc("payments/pi_2").get()).exists).toBe(false);
});

it("answers an error when the database fails, and takes the event at the next delivery", async () => {
  const account = { id: "acct_1", object: "account", payouts_enabled: true, metadata: { provider: "lea" } };
  const sent = event("evt_1", "account.updated", account, at, { account: "acct_1" });
  // The account was made a moment ago and is not written down yet.
  expect(await deliverEvent(sent)).toEqual({ status: 500, body: "try again" });
  await db.doc("providers/lea").set({ stripeAccount: "acct_1" });
  expect(await deliverEvent(sent)).toEqual({ status: 200, body: '{"outcome":"done-now"}' });
  const record = (await db.collection("processed_events").get()).docs[0];
  expect(record?.get("attempt")).toBe(2);
});

it("keeps what a connected account became last, not what was told last", async () => {
  await db.doc("providers/lea").set({ stripeAccount: "acct_1" });
  const account = { id: "acct_1", object: "account", details_submitted: true, metadata: {} };
  const due = { currently_due: ["external_account", "tos_acceptance.date"] };
  const ready = { ...account, payouts_enabled: true, requirements: { currently_due: [] } };
  const before = { ...account, payouts_enabled: false, requirements: due };
  await deliverEvent(event("evt_2", "account.updated", ready, at + 60, { account: "acct_1" }));
  await deliverEvent(event("evt_1", "account.updated", before, at, { account: "acct_1" }));
  const payouts = (await db.doc("providers/lea").get()).get("payouts");
  expect(payouts).toEqual({ enabled: true, submitted: true, due: 0, eventAt: at + 60, event: "evt_2" });
  expect(stripe.asked).toEqual([]);
  // Of the same second: which of them was the last only Stripe knows.
  stripe.keep(ready);
  await deliverEvent(event("evt_0", "account.updated", before, at + 60, { account: "acct_1" }));
  expect(stripe.calls()).toEqual(["GET /v1/accounts/acct_1"]);
  expect((await db.doc("providers/lea").get()).get("payouts")).toMatchObject({ enabled: true, due: 0 });
  const strange = { id: "acct_x", object: "account", metadata: {} };
  expect((await deliverEvent(event("evt_3", "account.updated", strange))).status).toBe(200);
});

const subscription = (status: string) => ({
  id: "sub_1",
  object: "subscription",
  customer: "cus_1",
  status,
  cancel_at_period_end: false,
  metadata: { clientId: "anna", planId: "monthly" },
  items: {
    data: [{ quantity: 1, price: { unit_amount: 14_900, recurring: { interval: "month", interval_count: 1 } } }],
  },
});

const kept = async () => (await db.doc("subscriptions/sub_1").get()).data();

it("keeps a subscription as the latest event tells it, and an ended one ended", async () => {
  await deliverEvent(event("evt_2", "customer.subscription.updated", subscription("active"), at + 2));
  expect(await kept()).toMatchObject({
    client: "anna",
    plan: "monthly",
    stripeCustomer: "cus_1",
    status: "active",
    monthlyCents: 14_900,
  });
  await deliverEvent(event("evt_1", "customer.subscription.created", subscription("incomplete"), at));
  expect((await kept())?.status).toBe("active");
  await deliverEvent(event("evt_4", "customer.subscription.deleted", subscription("canceled"), at + 9));
  await deliverEvent(event("evt_3", "customer.subscription.updated", subscription("past_due"), at + 10));
  expect((await kept())?.status).toBe("canceled");
  expect(stripe.asked).toEqual([]);
});

it("asks Stripe where two events of one second cannot be ordered", async () => {
  stripe.keep(subscription("active"));
  await deliverEvent(event("evt_1", "customer.subscription.updated", subscription("active"), at));
  await deliverEvent(event("evt_2", "customer.subscription.created", subscription("incomplete"), at));
  expect(stripe.calls()).toEqual(["GET /v1/subscriptions/sub_1"]);
  expect((await kept())?.status).toBe("active");
});

it("makes a subscription before it moves it, so that its trigger sees a change", async () => {
  const seen: unknown[] = [];
  const stop = db.doc("subscriptions/sub_1").onSnapshot((document) => void seen.push(document.get("status")));
  await deliverEvent(event("evt_1", "customer.subscription.updated", subscription("active"), at));
  await expect.poll(() => seen.at(-1)).toBe("active");
  stop();
  expect(seen).toContain("new");
});

const invoice = (more: Record<string, unknown>) => ({
  id: "in_1",
  object: "invoice",
  number: "A-0001",
  amount_due: 14_900,
  amount_paid: 0,
  currency: "eur",
  customer_address: { country: "FR" },
  total_taxes: [{ amount: 2_379 }],
  parent: { subscription_details: { subscription: "sub_1", metadata: { clientId: "anna" } } },
  ...more,
});

it("keeps invoices, one alert for one that could not be collected, and a paid one paid", async () => {
  await deliverEvent(event("evt_1", "invoice.payment_failed", invoice({})));
  await deliverEvent(event("evt_2", "invoice.payment_failed", invoice({}), at + 60));
  const alerts = await db.collection("payment_alerts").get();
  expect(alerts.docs.map((alert) => [alert.id, alert.get("kind"), alert.get("status")])).toEqual([
    ["invoice-failed_in_1", "invoice-failed", "open"],
  ]);
  await deliverEvent(event("evt_4", "invoice.paid", invoice({ amount_paid: 14_900 }), at + 90));
  await deliverEvent(event("evt_3", "invoice.payment_failed", invoice({}), at + 80));
  const { createdAt, updatedAt, ...written } = (await db.doc("invoices/in_1").get()).data() ?? {};
  expect(written).toEqual({
    number: "A-0001",
    client: "anna",
    subscription: "sub_1",
    amountCents: 14_900,
    vatCents: 2_379,
    currency: "eur",
    country: "FR",
    status: "paid",
  });
  expect(updatedAt.toMillis()).toBeGreaterThanOrEqual(createdAt.toMillis());
  expect((await db.doc("subscriptions/sub_1/invoices/in_1").get()).get("status")).toBe("paid");
});

it("takes back commission and share of a call that was refunded in full, and only then", async () => {
  await db.doc("payments/pi_1").set({ bookingId: "b1", status: "captured", amountCents: 4_900, client: "anna" });
  await db.doc("call_sessions/b1").set({
    payment: { id: "pi_1", status: "captured" },
    provider: "lea",
    creditedCents: 3_900,
    referredBy: { owner: "carl", prefix: "chatter", commissionCents: 200 },
  });
  await db.doc("providers/lea").set({ balanceCents: 5_000 });
  await db.doc("chatter_commissions/b1").set({ owner: "carl", amountCents: 200, status: "released" });
  await db.doc("chatter_profiles/carl").set({ balanceCents: 700 });
  const charge = (refunded: number) => ({
    id: "ch_1",
    object: "charge",
    amount: 4_900,
    amount_refunded: refunded,
    refunded: refunded === 4_900,
    currency: "eur",
    payment_intent: "pi_1",
  });
  await deliverEvent(event("evt_1", "charge.refunded", charge(1_000)));
  expect((await payment())?.status).toBe("captured");
  await deliverEvent(event("evt_3", "charge.refunded", charge(4_900)));
  await deliverEvent(event("evt_2", "charge.refunded", charge(2_000)));
  expect((await db.doc("refunds/ch_1").get()).data()).toMatchObject({
    amountCents: 4_900,
    status: "paid",
    payment: "pi_1",
  });
  expect((await payment())?.status).toBe("refunded");
  expect((await db.doc("providers/lea").get()).get("balanceCents")).toBe(1_100);
  expect((await db.doc("chatter_profiles/carl").get()).get("balanceCents")).toBe(500);
  expect((await db.doc("chatter_commissions/b1").get()).get("status")).toBe("reversed");
});

it("keeps a closed dispute closed, and a reversed transfer reversed", async () => {
  const dispute = (status: string) => ({
    id: "dp_1",
    object: "dispute",
    amount: 4_900,
    status,
    payment_intent: "pi_1",
  });
  await deliverEvent(event("evt_2", "charge.dispute.closed", dispute("won")));
  await deliverEvent(event("evt_1", "charge.dispute.created", dispute("needs_response")));
  expect((await db.doc("disputes/dp_1").get()).data()).toMatchObject({ status: "closed", outcome: "won" });
  const transfer = (reversed: boolean) => ({
    id: "tr_1",
    object: "transfer",
    amount: 100,
    currency: "eur",
    reversed,
    metadata: {},
  });
  await deliverEvent(event("evt_4", "transfer.reversed", transfer(true)));
  await deliverEvent(event("evt_3", "transfer.created", transfer(false)));
  expect((await db.doc("transfers/tr_1").get()).get("status")).toBe("reversed");
});

it("answers 200 to events that nobody asked for", async () => {
  expect((await deliverEvent(event("evt_1", "price.created", { id: "price_1" }))).status).toBe(200);
});
