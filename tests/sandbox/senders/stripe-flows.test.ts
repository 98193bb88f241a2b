import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Received, RecordingDelivery } from "./recording-delivery.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

let stage: Stage;
let stripe: Stripe;
beforeEach(async () => {
  stage = await openStage();
  stripe = clientOf();
});
afterEach(() => stage.sandbox.close());

function clientOf(): Stripe {
  const { hostname, port } = new URL(stage.sandbox.base);
  return new Stripe(stage.sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
}

const day = 86_400_000;
const url = "https://europe-west1-acme-test.cloudfunctions.net/stripeWebhook";

async function eventTypes(): Promise<string[]> {
  return (await stripe.events.list({ limit: 100 })).data.map((event) => event.type).reverse();
}

async function monthlyPrice(): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: "eur",
    unit_amount: 1900,
    recurring: { interval: "month" },
    product_data: { name: "Unlimited" },
  });
}

/** What a browser sends from Stripe's page. */
async function payOnPage(page: string, card = "4242424242424242"): Promise<Response> {
  return fetch(page, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ email: "client@acme.example", card }),
  });
}

describe("a subscription through Checkout", () => {
  async function openSession(): Promise<Stripe.Checkout.Session> {
    return stripe.checkout.sessions.create({
      mode: "subscription",
      line_items: [{ price: (await monthlyPrice()).id, quantity: 1 }],
      client_reference_id: "u1",
      subscription_data: { metadata: { clientId: "u1", planId: "p1" } },
      success_url: "https://acme.example/done?subscribed={CHECKOUT_SESSION_ID}",
      cancel_url: "https://acme.example/plans",
    });
  }

  it("is paid on Stripe's page, told of by events, and sends the payer back", async () => {
    const session = await openSession();
    expect(session).toMatchObject({ status: "open", payment_status: "unpaid", amount_total: 1900, subscription: null });
    const page = await (await fetch(session.url ?? "")).text();
    expect(page).toContain("19.00 EUR");
    expect(page).toContain("Subscribe");
    const paid = await payOnPage(session.url ?? "");
    expect([paid.status, paid.headers.get("location")]).toEqual([
      303,
      `https://acme.example/done?subscribed=${session.id}`,
    ]);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ["subscription"] });
    expect(done).toMatchObject({ status: "complete", payment_status: "paid" });
    expect(done.subscription).toMatchObject({ status: "active", metadata: { clientId: "u1", planId: "p1" } });
    expect(await eventTypes()).toEqual([
      "product.created",
      "price.created",
      "customer.created",
      "invoice.created",
      "invoice.finalized",
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.succeeded",
      "invoice.paid",
      "invoice.payment_succeeded",
      "customer.subscription.created",
      "checkout.session.completed",
    ]);
    expect((await payOnPage(session.url ?? "")).status).toBe(402);
    expect((await stripe.subscriptions.list()).data).toHaveLength(1);
  });

  it("is renewed every month, and ends with the paid period where that was asked for", async () => {
    await payOnPage((await openSession()).url ?? "");
    const [subscription] = (await stripe.subscriptions.list()).data;
    const id = subscription?.id ?? "";
    await stage.advance(30 * day);
    const invoices = await stripe.invoices.list({ subscription: id });
    expect(invoices.data.map((invoice) => [invoice.billing_reason, invoice.status, invoice.amount_paid])).toEqual([
      ["subscription_cycle", "paid", 1900],
      ["subscription_create", "paid", 1900],
    ]);
    const numbers = invoices.data.map((invoice) => invoice.number?.split("-") ?? []);
    expect(numbers.map(([, count]) => count)).toEqual(["0002", "0001"]);
    expect(new Set(numbers.map(([prefix]) => prefix)).size).toBe(1);
    const asked = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const updated = (await stripe.events.list({ type: "customer.subscription.updated" })).data[0];
    expect(updated?.data.previous_attributes).toEqual({ cancel_at_period_end: false });
    expect(asked.cancel_at).toBe(Date.parse("2027-01-22T12:00:00Z") / 1000);
    await stage.advance(30 * day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe("active");
    await stage.advance(day);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe("canceled");
    const types = await eventTypes();
    expect(types.at(-1)).toBe("customer.subscription.deleted");
    await stage.advance(60 * day);
    expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(2);
  });

  it("can be left, and expires", async () => {
    const session = await openSession();
    const expired = await stripe.checkout.sessions.expire(session.id);
    expect(expired.status).toBe("expired");
    expect((await fetch(session.url ?? "")).status).toBe(410);
  });
});

describe("connected accounts", () => {
  it("are onboarded on Stripe's page; their events go to the endpoints of connected accounts alone", async () => {
    for (const id of ["we_1Qsandbox1", "we_1Qsandbox2"]) await stripe.webhookEndpoints.del(id);
    await stripe.webhookEndpoints.create({ url: `${url}?of=own`, enabled_events: ["*"] });
    await stripe.webhookEndpoints.create({ url: `${url}?of=connected`, enabled_events: ["*"], connect: true });
    const account = await stripe.accounts.create({
      type: "express",
      country: "FR",
      email: "lawyer@acme.example",
      capabilities: { transfers: { requested: true } },
      metadata: { provider: "p1" },
    });
    expect(account).toMatchObject({ charges_enabled: false, capabilities: { transfers: "inactive" } });
    const link = await stripe.accountLinks.create({
      account: account.id,
      type: "account_onboarding",
      return_url: "https://acme.example/onboarded",
      refresh_url: "https://acme.example/again",
    });
    const sent = await fetch(link.url, { method: "POST", redirect: "manual" });
    expect(sent.headers.get("location")).toBe("https://acme.example/onboarded");
    expect((await fetch(link.url)).status).toBe(410);
    expect(await stripe.accounts.retrieve(account.id)).toMatchObject({
      payouts_enabled: true,
      capabilities: { transfers: "active" },
    });
    await stage.advance(0);
    const heard = stage.delivery.received.map(({ path, body }) => [
      path,
      JSON.parse(body).type,
      JSON.parse(body).account,
    ]);
    expect(heard).toEqual([["/?of=connected", "account.updated", account.id]]);
    expect((await stripe.events.list({}, { stripeAccount: account.id })).data).toHaveLength(1);
    expect((await stripe.events.list()).data).toEqual([]);
  });

  it("are sent money, which can be called back, and which their balance shows", async () => {
    const account = await stripe.accounts.create({ type: "express", country: "FR" });
    const options = { idempotencyKey: "transfer:p1" };
    const transfer = await stripe.transfers.create({ amount: 3000, currency: "eur", destination: account.id }, options);
    const again = await stripe.transfers.create({ amount: 3000, currency: "eur", destination: account.id }, options);
    expect(again.id).toBe(transfer.id);
    const held = async () => (await stripe.balance.retrieve({}, { stripeAccount: account.id })).available;
    expect(await held()).toMatchObject([{ amount: 3000, currency: "eur" }]);
    await stripe.transfers.createReversal(transfer.id, { amount: 1000 });
    expect(await held()).toMatchObject([{ amount: 2000, currency: "eur" }]);
    await expect(stripe.transfers.createReversal(transfer.id, { amount: 2001 })).rejects.toMatchObject({
      param: "amount",
    });
    expect(await stripe.transfers.retrieve(transfer.id)).toMatchObject({ reversed: false, amount_reversed: 1000 });
    expect((await eventTypes()).filter((type) => type.startsWith("transfer."))).toEqual([
      "transfer.created",
      "transfer.reversed",
    ]);
    await expect(stripe.balance.retrieve({}, { stripeAccount: "acct_9" })).rejects.toMatchObject({
      statusCode: 403,
      code: "account_invalid",
    });
  });
});

describe("a receiver on this machine", () => {
  let receiver: Server;
  const bodies: string[] = [];
  beforeEach(async () => {
    bodies.length = 0;
    receiver = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(
        `${request.method} ${request.url} ${stripe.webhooks.constructEvent(body, String(request.headers["stripe-signature"]), secret, 10 * 365 * 86_400).type}`,
      );
      response.writeHead(bodies.length === 1 ? 503 : 200).end();
    });
    await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  });
  afterEach(() => new Promise<void>((done) => receiver.close(() => done())));
  let secret = "";

  it("gets signed events over HTTP, and again where it failed", async () => {
    const { port } = receiver.address() as AddressInfo;
    const endpoint = await stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:${port}/hook?a=1`,
      enabled_events: ["customer.created"],
    });
    secret = endpoint.secret ?? "";
    await stripe.customers.create({});
    await stage.advance(3_600_000);
    expect(bodies).toEqual(Array(2).fill("POST /hook?a=1 customer.created"));
    expect((await deliveries(stage)).map((row) => row.status)).toEqual([503, 200]);
  });
});

describe("after a restart", () => {
  it("objects, keys, events and what is still to be delivered are there, and time goes on from where it was", async () => {
    const folder = mkdtempSync(join(tmpdir(), "senders-"));
    try {
      await stage.sandbox.close();
      const delivery = new RecordingDelivery();
      delivery.answer = () => 500;
      stage = await openStage({ folder, delivery });
      stripe = clientOf();
      const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ["payment_intent.created"] });
      const create = () =>
        stripe.paymentIntents.create({ amount: 500, currency: "eur" }, { idempotencyKey: "booking:1" });
      const made = await create();
      await stage.advance(60_000);
      const before = await stage.admin("GET", "clock");
      await stage.sandbox.close();

      delivery.answer = () => 200;
      stage = await openStage({ folder, delivery });
      stripe = clientOf();
      expect(await stage.admin("GET", "clock")).toEqual(before);
      expect((await create()).id).toBe(made.id);
      expect((await stripe.paymentIntents.retrieve(made.id)).amount).toBe(500);
      expect(await deliveries(stage)).toHaveLength(1);
      await stage.advance(3_600_000);
      expect((await deliveries(stage)).map((row) => row.status)).toEqual([500, 200]);
      const { headers, body } = stage.delivery.received[1] as Received;
      const event = stripe.webhooks.constructEvent(
        body,
        headers["stripe-signature"] ?? "",
        endpoint.secret ?? "",
        10 * 365 * 86_400,
      );
      expect((event.data.object as Stripe.PaymentIntent).id).toBe(made.id);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
