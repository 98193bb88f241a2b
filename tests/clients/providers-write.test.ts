import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStripeEvents } from "../../src/clients/stripe-events.ts";
import { createStripeWriter } from "../../src/clients/stripe-write.ts";
import { createTelegramWriter } from "../../src/clients/telegram-write.ts";
import { createTwilioActivities } from "../../src/clients/twilio-activity.ts";
import { createTwilioWriter, overriddenBy } from "../../src/clients/twilio-write.ts";
import { UncertainWriteError } from "../../src/clients/uncertain-write.ts";
import { ask } from "../sandbox/client.ts";
import { openStage, type Stage } from "../sandbox/senders/sandbox.ts";
import {
  clean,
  failureOf,
  listed,
  mark,
  markedSeed,
  reach,
  sandboxStart,
  telegramToken,
  writesIn,
} from "./sandbox-side.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage({ seed: markedSeed });
});
afterEach(() => stage.sandbox.close());

const key = `sk_test_${mark}`;
const host = (region: string) => `https://${region}-acme-test.cloudfunctions.net`;
const move = (name: string, from: string, to: string) => ({
  from: `${host(from)}/${name}`,
  to: `${host(to)}/${name}`,
});
const webhook = move("stripeWebhook", "europe-west1", "europe-west3");
const back = { from: webhook.to, to: webhook.from };

const lost = (service: string, method: string, times: number) =>
  stage.sandbox.faults.add({ match: { host: service, method }, times, do: { kind: "drop" } });

describe("Stripe", () => {
  const endpoint = "v1/webhook_endpoints/we_1Qsandbox1";
  const stripe = () => createStripeWriter({ ...reach(stage.sandbox), key });
  const live = async () => (await ask(stage.sandbox, "GET", `api.stripe.com/${endpoint}`)).body;

  test("changes an endpoint's URL and nothing else, and puts it back", async () => {
    const before = await live();
    expect(clean(await stripe().moveEndpoint("we_1Qsandbox1", webhook))).toMatchObject({
      outcome: "written",
      fields: [
        { field: "url", before: expect.stringContaining(webhook.from), after: expect.stringContaining(webhook.to) },
      ],
      comparison: { result: "same" },
      before: { id: "we_1Qsandbox1", enabled_events: ["payment_intent.succeeded", "charge.refunded"] },
    });
    expect(await live()).toEqual({ ...before, url: `${webhook.to}?n=1&key=${mark}` });
    expect(await stripe().moveEndpoint("we_1Qsandbox1", webhook)).toMatchObject({ outcome: "already", fields: [] });
    expect(await stripe().moveEndpoint("we_1Qsandbox1", back)).toMatchObject({ outcome: "written" });
    expect(await stripe().moveEndpoint("we_1Qsandbox1", webhook)).toMatchObject({ outcome: "written" });
    expect(await live()).toEqual({ ...before, url: `${webhook.to}?n=1&key=${mark}` });
  });

  test("changes an event destination's URL, which is left out unless asked for", async () => {
    const ledger = move("ledger", "europe-west3", "europe-west1");
    expect(await stripe().moveEndpoint("ed_test_61sandbox", ledger)).toMatchObject({
      outcome: "written",
      fields: [{ field: "webhook_endpoint.url", before: ledger.from, after: ledger.to }],
      comparison: { result: "same" },
    });
    expect(await stripe().endpoint("ed_test_61sandbox")).toMatchObject({ webhook_endpoint: { url: ledger.to } });
  });

  test.each([
    ["a lost answer", { kind: "drop" }],
    ["503", { kind: "status", status: 503 }],
    ["429", { kind: "status", status: 429, retryAfterSeconds: 3 }],
  ] as const)("gets the change once more after %s, under one idempotency key", async (_name, fault) => {
    stage.sandbox.faults.add({ match: { host: "api.stripe.com", method: "POST" }, times: 1, do: fault });
    expect(await stripe().moveEndpoint("we_1Qsandbox1", webhook)).toMatchObject({
      outcome: "written",
      comparison: { result: "same" },
    });
    expect(writesIn(stage.sandbox)).toHaveLength(2);
  });

  test("every answer is lost: reading shows that the change was made", async () => {
    lost("api.stripe.com", "POST", 5);
    expect(await stripe().moveEndpoint("we_1Qsandbox1", webhook)).toMatchObject({ outcome: "written" });
    expect(writesIn(stage.sandbox)).toEqual(Array.from({ length: 5 }, () => `POST /${endpoint} lost`));
  });

  test("no change is ever made and nobody says so: that is uncertain", async () => {
    stage.sandbox.faults.add({
      match: { host: "api.stripe.com", method: "POST" },
      do: { kind: "status", status: 503 },
    });
    const error = await failureOf(stripe().moveEndpoint("we_1Qsandbox1", webhook));
    expect(error).toBeInstanceOf(UncertainWriteError);
    expect(error.message).toBe("Stripe is not available (503 api_error); whether the change was made is not known");
  });

  test("somebody else has changed the URL: nothing is written", async () => {
    const elsewhere = `https://hooks.example.com/stripe?key=${mark}`;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    await fetch(`${stage.sandbox.base}/api.stripe.com/${endpoint}`, {
      method: "POST",
      headers: { authorization: "Bearer sk_test_other", ...form },
      body: new URLSearchParams({ url: elsewhere }),
    });
    stage.sandbox.log.clear();
    expect(clean(await stripe().moveEndpoint("we_1Qsandbox1", webhook))).toMatchObject({
      outcome: "elsewhere",
      fields: [{ field: "url", before: expect.stringContaining("https://hooks.example.com/stripe?key=[hidden") }],
    });
    expect(writesIn(stage.sandbox)).toEqual([]);
  });

  test("no such endpoint, and a key that may not: said in our own words", async () => {
    expect(await failureOf(stripe().moveEndpoint("we_gone", webhook))).toMatchObject({ kind: "not-found" });
    stage.sandbox.faults.add({ match: { method: "POST" }, do: { kind: "status", status: 403 } });
    const error = await failureOf(stripe().moveEndpoint("we_1Qsandbox1", webhook));
    expect(error.message).toBe("Stripe does not let the key change this (403 invalid_request_error)");
  });

  test("tells the events of a window by their delivery, in pages, own and connected", async () => {
    const events = createStripeEvents({ ...reach(stage.sandbox), key });
    stage.sandbox.faults.add({ match: { method: "GET" }, do: { kind: "short-pages", size: 2 } });
    stage.delivery.answer = ({ copy }) => (copy === "europe-west1/stripeWebhook" ? 500 : 200);
    const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${stage.sandbox.base}/api.stripe.com/${path}`, {
        method: "POST",
        headers: {
          authorization: "Bearer sk_test",
          "content-type": "application/x-www-form-urlencoded",
          ...headers,
        },
        body: new URLSearchParams(form),
      }).then((response) => response.json() as Promise<{ id: string }>);
    const pay = { amount: "4900", currency: "eur", confirm: "true", payment_method: "pm_card_visa" };
    for (let count = 0; count < 3; count += 1) await post("v1/payment_intents", pay);
    await stage.advance(1000);
    const window = { from: new Date(sandboxStart), to: new Date(sandboxStart + 60_000), account: null };
    const told = await listed(events.events({ ...window, types: ["payment_intent.succeeded", "charge.succeeded"] }));
    expect(told.map(({ type, delivered, pendingWebhooks }) => [type, delivered, pendingWebhooks])).toEqual(
      // Two endpoints of the small project want one kind and refuse; the ledger wants the other and takes it.
      Array.from({ length: 3 }, () => [
        ["payment_intent.succeeded", false, 2],
        ["charge.succeeded", true, 0],
      ]).flat(),
    );
    expect(told[0]).toMatchObject({ id: expect.stringMatching(/^evt_/), created: "2026-11-22T12:00:00.000Z" });

    const account = await post("v1/accounts", { type: "express", country: "FR" });
    await post("v1/payment_intents", pay, { "stripe-account": account.id });
    expect(await listed(events.accounts())).toEqual([account.id]);
    const connected = await listed(events.events({ ...window, types: ["payment_intent.*"], account: account.id }));
    expect(connected.map(({ type, account: of }) => [type, of])).toContainEqual([
      "payment_intent.succeeded",
      account.id,
    ]);
    const early = { ...window, from: new Date(sandboxStart - 31 * 86_400_000), types: ["*"] };
    expect(await failureOf(listed(events.events(early)))).toMatchObject({ kind: "invalid" });
  });
});

describe("Twilio", () => {
  const account = "AC0123456789abcdef0123456789abcdef";
  const number = "PN00000000000000000000000000000001";
  const path = `2010-04-01/Accounts/${account}`;
  const options = () => ({ ...reach(stage.sandbox), account, token: mark });
  const twilio = () => createTwilioWriter(options());
  const basic = { authorization: `Basic ${Buffer.from("other:token").toString("base64")}` };
  const form = { ...basic, "content-type": "application/x-www-form-urlencoded" };
  const set = (of: string, fields: Record<string, string>) =>
    fetch(`${stage.sandbox.base}/api.twilio.com/${path}/${of}.json`, {
      method: "POST",
      headers: form,
      body: new URLSearchParams(fields),
    });
  const live = async (of: string) =>
    (await ask(stage.sandbox, "GET", `api.twilio.com/${path}/${of}.json`, undefined, basic)).body;
  const voice = move("twilioCallWebhook", "europe-west3", "europe-west1");

  test("changes one field of a number; the overrides behind # stay", async () => {
    await set(`IncomingPhoneNumbers/${number}`, { VoiceUrl: `${voice.from}?key=${mark}#rc=2&rp=all` });
    const before = await live(`IncomingPhoneNumbers/${number}`);
    await stage.advance(5000);
    stage.sandbox.log.clear();
    expect(clean(await twilio().moveAddresses(number, ["voiceUrl"], voice))).toMatchObject({
      outcome: "written",
      fields: [
        { field: "voice_url", after: expect.stringMatching(/twilioCallWebhook\?key=\[hidden \w+\]#rc=2&rp=all$/) },
      ],
      comparison: { result: "same" },
    });
    expect(await live(`IncomingPhoneNumbers/${number}`)).toEqual({
      ...before,
      voice_url: `${voice.to}?key=${mark}#rc=2&rp=all`,
      date_updated: expect.stringContaining("12:00:05"),
    });
    expect(writesIn(stage.sandbox)).toEqual([`POST /${path}/IncomingPhoneNumbers/${number}.json 200`]);
  });

  test("changes applications and messaging services in their own fields", async () => {
    const conference = move("twilioConferenceWebhook", "europe-west3", "europe-west1");
    const application = "AP00000000000000000000000000000001";
    expect(await twilio().moveAddresses(application, ["statusCallback"], conference)).toMatchObject({
      outcome: "written",
      comparison: { result: "same" },
      after: { sid: application, status_callback: conference.to },
    });
    const inbound = move("twilioInbound", "europe-west3", "europe-west1");
    const service = "MG00000000000000000000000000000001";
    expect(await twilio().moveAddresses(service, ["inboundRequestUrl"], inbound)).toMatchObject({
      outcome: "written",
      comparison: { result: "same" },
      after: { sid: service, inbound_request_url: inbound.to },
    });
  });

  test("a field that leads elsewhere keeps all from being written", async () => {
    const asked = twilio().moveAddresses(number, ["voiceUrl", "voiceFallbackUrl"], voice);
    expect(await asked).toMatchObject({ outcome: "elsewhere", fields: [{ field: "voice_fallback_url" }] });
    expect(writesIn(stage.sandbox)).toEqual([]);
  });

  test.each([
    ["a lost answer", { kind: "drop" }],
    ["503", { kind: "status", status: 503 }],
    ["429", { kind: "status", status: 429, retryAfterSeconds: 3 }],
  ] as const)("gets the change once more after %s", async (_name, fault) => {
    stage.sandbox.faults.add({ match: { host: "api.twilio.com", method: "POST" }, times: 1, do: fault });
    expect(await twilio().moveAddresses(number, ["voiceUrl"], voice)).toMatchObject({ outcome: "written" });
    expect(writesIn(stage.sandbox)).toHaveLength(2);
  });

  test("an application or a trunk overrides the number's own address, voice and messages apart", async () => {
    await set(`IncomingPhoneNumbers/${number}`, { VoiceApplicationSid: "AP00000000000000000000000000000001" });
    const record = await twilio().resource(number);
    expect(overriddenBy(record, "voiceUrl")).toBe("AP00000000000000000000000000000001");
    expect(overriddenBy(record, "smsUrl")).toBeNull();
  });

  test("a resource or a field without an address is refused before anything is asked", async () => {
    for (const [sid, field] of [
      ["CA1", "voiceUrl"],
      [number, "friendlyName"],
    ] as const) {
      expect(await failureOf(twilio().moveAddresses(sid, [field], voice))).toMatchObject({ kind: "invalid" });
    }
    expect(stage.sandbox.log.entries()).toEqual([]);
  });

  test("tells calls that go on, and calls and messages of a window, in pages", async () => {
    stage.sandbox.faults.add({
      match: { host: "api.twilio.com", method: "GET" },
      do: { kind: "short-pages", size: 1 },
    });
    const activities = createTwilioActivities(options());
    const to = ["+33600000001", "+33600000002"];
    await stage.admin("POST", "twilio/lines", { number: to[0], outcome: "busy" });
    for (const one of to) {
      const fields = { To: one, From: "+33186261234", Twiml: "<Response><Pause length='600'/></Response>" };
      expect((await set("Calls", fields)).status).toBe(201);
      expect((await set("Messages", { To: one, From: "+33186261234", Body: mark })).status).toBe(201);
    }
    await stage.advance(10_000);
    const window = { from: new Date(sandboxStart), to: new Date(sandboxStart + 60_000) };
    const statuses = (all: { status: string }[]) => all.map(({ status }) => status).sort();
    expect(statuses(clean(await listed(activities.callsInProgress())))).toEqual(["in-progress"]);
    expect(statuses(clean(await listed(activities.calls(window))))).toEqual(["busy", "in-progress"]);
    const messages = clean(await listed(activities.messages(window)));
    expect(statuses(messages)).toEqual(["delivered", "delivered"]);
    expect(messages[0]).toEqual({
      sid: expect.stringMatching(/^SM/),
      status: "delivered",
      direction: "outbound-api",
      at: expect.stringMatching(/^2026-11-22T12:00:0\d\.000Z$/),
    });
    const later = { from: new Date(sandboxStart + 60_000), to: new Date(sandboxStart + 120_000) };
    expect(await listed(activities.calls(later))).toEqual([]);
  });
});

test("the providers' clients are good for as long as a move takes", async () => {
  const { sleep, ...reached } = reach(stage.sandbox);
  const account = { account: "AC0123456789abcdef0123456789abcdef", token: mark };
  const stripe = createStripeWriter({ ...reached, key });
  const twilio = createTwilioWriter({ ...reached, ...account });
  const telegram = createTelegramWriter({ ...reached, token: telegramToken });
  const number = "PN00000000000000000000000000000001";
  const look = () => Promise.all([stripe.endpoint("we_1Qsandbox1"), twilio.resource(number), telegram.webhook()]);
  const before = await look();
  await sleep(3 * 86_400_000, undefined);
  expect(await look()).toEqual(before);
});

describe("Telegram", () => {
  const telegram = () => createTelegramWriter({ ...reach(stage.sandbox), token: telegramToken });
  const bot = move("telegramWebhook", "europe-west3", "europe-west1");
  const secret = `hook-${mark}`;
  const set = (body: unknown) => ask(stage.sandbox, "POST", `api.telegram.org/bot${telegramToken}/setWebhook`, body);
  const secrets = async () => (await stage.admin("GET", "secrets")).telegram;

  test("keeps what the webhook has, sends the secret again, and gives up a fixed address", async () => {
    await set({
      url: bot.from,
      allowed_updates: ["message", "callback_query"],
      max_connections: 7,
      ip_address: "203.0.113.7",
      secret_token: "old",
    });
    expect(clean(await telegram().moveWebhook(bot, secret))).toMatchObject({
      outcome: "written",
      fields: [{ field: "url", before: bot.from, after: bot.to }],
      comparison: { result: "same" },
    });
    expect(await telegram().webhook()).toEqual({
      url: bot.to,
      has_custom_certificate: false,
      pending_update_count: 0,
      max_connections: 7,
      allowed_updates: ["message", "callback_query"],
    });
    expect(await secrets()).toEqual({ acme_test_bot: secret });
  });

  test("what waits goes to the new copy", async () => {
    stage.delivery.answer = ({ copy }) => (copy === "europe-west3/telegramWebhook" ? 503 : 200);
    await stage.admin("POST", "telegram/updates", { bot: "acme_test_bot", text: "hello" });
    await stage.advance(500);
    expect(await telegram().pending()).toEqual({
      updates: 1,
      lastErrorAt: "2026-11-22T12:00:00.000Z",
      lastError: "Wrong response from the webhook: 503",
    });
    await telegram().moveWebhook(bot, secret);
    await stage.advance(0);
    expect(await telegram().pending()).toMatchObject({ updates: 0 });
    expect(stage.delivery.received.at(-1)).toMatchObject({ copy: "europe-west1/telegramWebhook" });
  });

  test.each([
    ["a lost answer", { kind: "drop" }],
    ["503", { kind: "status", status: 503 }],
    ["429", { kind: "status", status: 429, retryAfterSeconds: 3 }],
  ] as const)("gets the change once more after %s", async (_name, fault) => {
    stage.sandbox.faults.add({ match: { host: "api.telegram.org", method: "POST" }, times: 1, do: fault });
    expect(clean(await telegram().moveWebhook(bot, secret))).toMatchObject({ outcome: "written" });
    expect(await secrets()).toEqual({ acme_test_bot: secret });
    expect(writesIn(stage.sandbox)).toHaveLength(2);
  });

  test("a secret that Telegram would not take is refused without being shown", async () => {
    const error = await failureOf(telegram().moveWebhook(bot, `not allowed ${mark}`));
    expect(error).toMatchObject({ kind: "invalid" });
    expect(writesIn(stage.sandbox)).toEqual([]);
  });
});
