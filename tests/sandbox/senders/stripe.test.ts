import Stripe from "stripe";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../../src/sandbox/server.ts";
import { ask } from "../client.ts";
import { deliveries, openStage, type Stage } from "./sandbox.ts";

let stage: Stage;
let stripe: Stripe;
beforeEach(async () => {
  stage = await openStage();
  stripe = clientOf(stage.sandbox);
});
afterEach(() => stage.sandbox.close());

function clientOf(sandbox: Sandbox): Stripe {
  const { hostname, port } = new URL(sandbox.base);
  return new Stripe(sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
}

const url = "https://europe-west1-acme-test.cloudfunctions.net/stripeWebhook";
const newUrl = "https://europe-west3-acme-test.cloudfunctions.net/stripeWebhook";
const minute = 60_000;
const hour = 60 * minute;

/** Only the new endpoint hears; those of the seed want other events. */
async function listen(events: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ["*"], at = url) {
  for (const id of ["we_1Qsandbox1", "we_1Qsandbox2"]) await stripe.webhookEndpoints.del(id);
  return stripe.webhookEndpoints.create({ url: at, enabled_events: events });
}

const booking = { amount: 4900, currency: "eur", capture_method: "manual", metadata: { bookingId: "b1" } } as const;

describe("a payment that is captured by hand", () => {
  it("is reserved, captured and told of, one signed event per step", async () => {
    const endpoint = await listen();
    const made = await stripe.paymentIntents.create(booking);
    expect(made).toMatchObject({ status: "requires_payment_method", amount_capturable: 0, amount_received: 0 });
    const reserved = await stripe.paymentIntents.confirm(made.id, { payment_method: "pm_card_visa" });
    expect(reserved).toMatchObject({ status: "requires_capture", amount_capturable: 4900 });
    const taken = await stripe.paymentIntents.capture(made.id, { amount_to_capture: 4000 });
    expect(taken).toMatchObject({ status: "succeeded", amount_received: 4000, amount_capturable: 0 });
    await stage.advance(0);
    const received = stage.delivery.received.filter(({ copy }) => copy !== "europe-west3/ledger");
    const events = received.map(({ copy, path, headers, body }) => {
      expect([copy, path, headers.host]).toEqual([
        "europe-west1/stripeWebhook",
        "/",
        "europe-west1-acme-test.cloudfunctions.net",
      ]);
      // The clock stands at a day of its own: the tolerance is for the machine's.
      const signature = headers["stripe-signature"] ?? "";
      return stripe.webhooks.constructEvent(body, signature, endpoint.secret ?? "", 10 * 365 * 86_400);
    });
    expect(events.map((event) => event.type)).toEqual([
      "payment_intent.created",
      "charge.succeeded",
      "payment_intent.amount_capturable_updated",
      "charge.captured",
      "payment_intent.succeeded",
    ]);
    expect(events[2]).toMatchObject({
      pending_webhooks: 1,
      data: { object: { id: made.id, status: "requires_capture", metadata: { bookingId: "b1" } } },
    });
    const [first] = received;
    expect(() =>
      stripe.webhooks.constructEvent(
        `${first?.body} `,
        first?.headers["stripe-signature"] ?? "",
        endpoint.secret ?? "",
      ),
    ).toThrow(/signature/);
    const charge = (await stripe.paymentIntents.retrieve(made.id, { expand: ["latest_charge"] })).latest_charge;
    expect(charge).toMatchObject({ object: "charge", amount_captured: 4000, captured: true });
  });

  it("is captured once, and not after it was cancelled", async () => {
    const { id } = await stripe.paymentIntents.create({ ...booking, payment_method: "pm_card_visa", confirm: true });
    expect(await stripe.paymentIntents.cancel(id)).toMatchObject({ status: "canceled", amount_capturable: 0 });
    await expect(stripe.paymentIntents.capture(id)).rejects.toMatchObject({
      code: "payment_intent_unexpected_state",
      payment_intent: { id, status: "canceled" },
    });
    await expect(stripe.paymentIntents.cancel(id)).rejects.toMatchObject({ code: "payment_intent_unexpected_state" });
    const types = (await stripe.events.list({ limit: 100 })).data.map((event) => event.type);
    expect(types).toEqual([
      "payment_intent.canceled",
      "charge.refunded",
      "payment_intent.amount_capturable_updated",
      "charge.succeeded",
      "payment_intent.created",
    ]);
  });

  it("is answered again under its idempotency key, which stands for one request only", async () => {
    const idempotencyKey = "booking:u1:b1";
    const first = await stripe.paymentIntents.create(booking, { idempotencyKey });
    const again = await stripe.paymentIntents.create(booking, { idempotencyKey });
    expect([again.id, again.lastResponse.headers["idempotent-replayed"]]).toEqual([first.id, "true"]);
    await expect(stripe.paymentIntents.create({ ...booking, amount: 5000 }, { idempotencyKey })).rejects.toMatchObject({
      type: "StripeIdempotencyError",
      statusCode: 400,
    });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    // A refused card is remembered with its key as well.
    const confirm = () =>
      stripe.paymentIntents.confirm(first.id, { payment_method: "pm_card_chargeDeclined" }, { idempotencyKey: "c1" });
    for (const _ of [1, 2]) {
      await expect(confirm()).rejects.toMatchObject({ statusCode: 402, code: "card_declined" });
    }
    expect((await stripe.charges.list()).data).toMatchObject([{ status: "failed", paid: false }]);
    await stage.advance(24 * hour);
    expect((await stripe.paymentIntents.create(booking, { idempotencyKey })).id).not.toBe(first.id);
  });

  it("asks the payer where the card wants it, and goes on when the payer has agreed", async () => {
    const { id } = await stripe.paymentIntents.create(booking);
    const asked = await stripe.paymentIntents.confirm(id, { payment_method: "pm_card_authenticationRequired" });
    expect(asked.status).toBe("requires_action");
    const page = asked.next_action?.redirect_to_url?.url ?? "";
    expect((await fetch(page, { method: "POST" })).status).toBe(200);
    expect((await stripe.paymentIntents.retrieve(id)).status).toBe("requires_capture");
  });

  it("is refunded no further than it was captured", async () => {
    const { id } = await stripe.paymentIntents.create({ ...booking, payment_method: "pm_card_visa", confirm: true });
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: "charge_not_refundable",
    });
    await stripe.paymentIntents.capture(id, { amount_to_capture: 4000 });
    expect(await stripe.refunds.create({ payment_intent: id, amount: 1500 })).toMatchObject({ status: "succeeded" });
    await expect(stripe.refunds.create({ payment_intent: id, amount: 2501 })).rejects.toMatchObject({
      param: "amount",
    });
    expect(await stripe.refunds.create({ payment_intent: id })).toMatchObject({ amount: 2500 });
    await expect(stripe.refunds.create({ payment_intent: id })).rejects.toMatchObject({
      code: "charge_already_refunded",
    });
    expect((await stripe.charges.list({ payment_intent: id })).data).toMatchObject([{ refunded: true }]);
  });
});

describe("parameters that do not fit", () => {
  const post = (path: string, form: string) =>
    fetch(`${stage.sandbox.base}/v1/${path}`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_x", "content-type": "application/x-www-form-urlencoded" },
      body: form,
    }).then(async (response) => [response.status, ((await response.json()) as { error: object }).error] as const);

  it.each([
    ["payment_intents", "amount=100&currency=eur&colour=red", "parameter_unknown", "colour"],
    ["payment_intents", "currency=eur", "parameter_missing", "amount"],
    ["payment_intents", "amount=1.5&currency=eur", "parameter_invalid_integer", "amount"],
    ["payment_intents", "amount=20&currency=eur", "amount_too_small", "amount"],
    ["payment_intents", "amount=100&currency=eur&customer=cus_9", "resource_missing", "customer"],
    [
      "checkout/sessions",
      "mode=subscription&success_url=https://a.example&line_items[0][price]=price_9",
      "resource_missing",
      "line_items[0][price]",
    ],
    ["customers", "metadata[a][b]=c", undefined, "metadata[a]"],
    ["account_links", "account=acct_9&type=account_onboarding", "resource_missing", "account"],
  ])("of %s are refused in Stripe's words: %s", async (path, form, code, param) => {
    const [status, error] = await post(path, form);
    expect([status, error]).toMatchObject([400, { type: "invalid_request_error", param }]);
    expect((error as { code?: string }).code).toBe(code);
    expect((await stripe.events.list()).data).toEqual([]);
  });

  it("is answered 404 where the object of the path is not there", async () => {
    await expect(stripe.paymentIntents.retrieve("pi_9")).rejects.toMatchObject({
      statusCode: 404,
      code: "resource_missing",
      message: "No such payment_intent: 'pi_9'",
    });
  });
});

describe("the delivery of an event", () => {
  it("is tried ever rarer for three days, then given up", async () => {
    await listen(["customer.created"]);
    stage.delivery.answer = () => 500;
    await stripe.customers.create({ email: "a@acme.example" });
    await stage.advance(96 * hour);
    const rows = await deliveries(stage, "?sender=stripe");
    const start = Date.parse("2026-11-22T12:00:00.000Z");
    const minutes = rows.map((row) => (Date.parse(row.at) - start) / minute);
    expect(minutes).toEqual([0, 5, 20, 65, 200, 605, 1325, 2045, 2765, 3485, 4205]);
    expect(rows.map((row) => row.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const [event] = (await stripe.events.list({ delivery_success: false })).data;
    expect(event).toMatchObject({ type: "customer.created", pending_webhooks: 0 });
    expect((await stripe.events.list({ delivery_success: true })).data).toEqual([]);
  });

  it("has three tries within hours in test mode, and ends with the first that is taken", async () => {
    await stage.admin("POST", "settings", { stripeRetries: "test" });
    await listen(["customer.created"]);
    stage.delivery.answer = () => 302;
    await stripe.customers.create({});
    await stage.advance(96 * hour);
    expect((await deliveries(stage)).map((row) => [row.status, row.taken])).toEqual(Array(3).fill([302, false]));
    const answers = [500, 204];
    stage.delivery.answer = () => answers.shift() ?? 500;
    await stripe.customers.create({});
    await stage.advance(30 * minute);
    expect((await stripe.events.list()).data.map((event) => event.pending_webhooks)).toEqual([1, 0]);
    await stage.advance(96 * hour);
    expect((await deliveries(stage)).slice(3).map((row) => row.status)).toEqual([500, 204]);
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1);
  });

  it.each([
    ["current", [url, newUrl]],
    ["first", [url, url]],
  ])("goes, when it is retried after the URL has changed, to the %s one", async (stripeRetryUrl, urls) => {
    await stage.admin("POST", "settings", { stripeRetryUrl });
    const endpoint = await listen(["customer.created"]);
    const answers = [503, 200];
    stage.delivery.answer = () => answers.shift() ?? 500;
    await stripe.customers.create({});
    await stage.advance(0);
    await stripe.webhookEndpoints.update(endpoint.id, { url: newUrl });
    await stage.advance(hour);
    expect((await deliveries(stage)).map((row) => row.url)).toEqual(urls);
    const secrets = new Set(
      stage.delivery.received.map(({ headers, body }) => {
        stripe.webhooks.constructEvent(
          body,
          headers["stripe-signature"] ?? "",
          endpoint.secret ?? "",
          10 * 365 * 86_400,
        );
        return endpoint.secret;
      }),
    );
    expect(secrets.size).toBe(1);
  });

  it("is not tried further for an endpoint that is off or deleted when it is due", async () => {
    const endpoint = await listen(["customer.created"]);
    stage.delivery.answer = () => 500;
    await stripe.customers.create({});
    await stage.advance(0);
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
    await stage.advance(hour);
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: false });
    await stage.advance(96 * hour);
    expect(await deliveries(stage)).toHaveLength(1);
    expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0);
  });

  it("is made again when somebody asks, also for an event that was given up", async () => {
    const endpoint = await listen(["customer.created"]);
    stage.delivery.answer = () => 404;
    await stripe.customers.create({});
    await stage.advance(96 * hour);
    const [event] = (await stripe.events.list()).data;
    stage.delivery.answer = () => 200;
    const before = (await deliveries(stage)).length;
    const retry = await ask(stage.sandbox, "POST", `v1/events/${event?.id}/retry?webhook_endpoint=${endpoint.id}`);
    expect(retry.status).toBe(200);
    await stage.advance(0);
    expect((await deliveries(stage)).slice(before)).toMatchObject([{ event: event?.id, status: 200, taken: true }]);
    expect((await stripe.events.list({ delivery_success: true })).data).toHaveLength(1);
  });

  it("can be doubled, lost on the way back, and overtaken", async () => {
    await listen(["customer.created", "customer.deleted"]);
    await stage.admin("POST", "disturbances", { match: { sender: "stripe" }, times: 1, do: { kind: "duplicate" } });
    const customer = await stripe.customers.create({});
    await stage.advance(0);
    expect(stage.delivery.take().map(({ body }) => JSON.parse(body).type)).toEqual([
      "customer.created",
      "customer.created",
    ]);
    await stage.admin("POST", "disturbances", {
      match: { type: "customer.created" },
      times: 1,
      do: { kind: "delay", ms: 1000 },
    });
    const second = await stripe.customers.create({});
    await stripe.customers.del(second.id);
    await stage.advance(2000);
    expect(stage.delivery.take().map(({ body }) => JSON.parse(body).type)).toEqual([
      "customer.deleted",
      "customer.created",
    ]);
    await stage.admin("POST", "disturbances", { times: 1, do: { kind: "lose-answer" } });
    await stripe.customers.del(customer.id);
    await stage.advance(5 * minute);
    expect(stage.delivery.take()).toHaveLength(2);
    expect((await deliveries(stage)).slice(-2)).toMatchObject([
      { status: null, taken: false, note: "the answer 200 was lost on the way" },
      { status: 200, taken: true },
    ]);
    expect((await stage.admin("GET", "disturbances")).disturbances).toEqual([]);
  });

  it("is under way twice at once where it is doubled", async () => {
    await listen(["customer.created"]);
    await stage.admin("POST", "disturbances", { times: 1, do: { kind: "duplicate" } });
    let release = () => {};
    const both = new Promise<void>((done) => {
      release = done;
    });
    // Neither is answered before both have come.
    stage.delivery.answer = async () => {
      if (stage.delivery.received.length === 2) release();
      await both;
      return 200;
    };
    await stripe.customers.create({});
    await stage.advance(0);
    expect((await deliveries(stage)).map((row) => [row.status, row.attempt, row.note])).toEqual(
      expect.arrayContaining([
        [200, 1, null],
        [200, 1, "a duplicate"],
      ]),
    );
  });

  it("reaches an address on this machine, and nothing beyond it", async () => {
    await listen(["customer.created"], "https://hooks.acme.example/stripe");
    await stripe.customers.create({});
    await stage.advance(0);
    expect(await deliveries(stage)).toMatchObject([
      { copy: null, status: null, taken: false, note: "the sandbox sends nothing beyond this machine" },
    ]);
    expect(stage.delivery.received).toEqual([]);
  });
});

describe("the list of events", () => {
  it("is filtered by time and type, newest first, in both directions", async () => {
    for (const email of ["a", "b", "c"]) {
      await stripe.customers.create({ email: `${email}@acme.example` });
      await stage.advance(hour);
    }
    const start = Date.parse("2026-11-22T12:00:00Z") / 1000;
    const emails = (events: Stripe.Event[]) =>
      events.map((event) => (event.data.object as Stripe.Customer).email?.slice(0, 1));
    const all = await stripe.events.list({ types: ["customer.created", "customer.deleted"] });
    expect(emails(all.data)).toEqual(["c", "b", "a"]);
    expect(emails((await stripe.events.list({ created: { gt: start, lte: start + 3600 } })).data)).toEqual(["b"]);
    expect(emails((await stripe.events.list({ created: start })).data)).toEqual(["a"]);
    expect(emails((await stripe.events.list({ type: "customer.*" })).data)).toEqual(["c", "b", "a"]);
    const page = await stripe.events.list({ limit: 1, ending_before: all.data[2]?.id ?? "" });
    expect([emails(page.data), page.has_more]).toEqual([["b"], true]);
    await stage.advance(29.94 * 24 * hour);
    expect(emails((await stripe.events.list()).data)).toEqual(["c"]);
  });
});
