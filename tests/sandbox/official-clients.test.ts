import { FunctionServiceClient } from "@google-cloud/functions/build/src/v2/index.js";
import { OAuth2Client } from "google-auth-library";
import Stripe from "stripe";
import twilio from "twilio";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { startSmall } from "./client.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall();
});
afterEach(() => sandbox.close());

describe("Google's own client of Cloud Functions", () => {
  let client: FunctionServiceClient;
  beforeEach(() => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: sandbox.access.google });
    // Plain HTTP and REST, at a host without a path in front.
    client = new FunctionServiceClient({
      fallback: true,
      protocol: "http",
      apiEndpoint: "127.0.0.1",
      port: Number(new URL(sandbox.base).port),
      authClient: authClient as never,
      projectId: "acme-test",
    });
  });
  afterEach(() => client.close());

  it("reads every page of a list", async () => {
    const listed: string[] = [];
    sandbox.faults.add({ do: { kind: "short-pages", size: 3 } });
    for await (const item of client.listFunctionsAsync({ parent: "projects/acme-test/locations/-" })) {
      listed.push(`${item.environment} ${item.state} ${item.name?.split("/").slice(3).join("/")}`);
    }
    expect(listed).toHaveLength(10);
    expect(listed).toContain("GEN_2 ACTIVE europe-west3/functions/createPaymentIntent");
    expect(listed).toContain("GEN_1 ACTIVE us-central1/functions/legacyReport");
    expect(sandbox.log.entries()).toHaveLength(4);
  });

  it("reads a function in its own types", async () => {
    const name = "projects/acme-test/locations/europe-west3/functions/onProviderCreated";
    const [found] = await client.getFunction({ name });
    expect(found.eventTrigger).toMatchObject({
      eventType: "google.cloud.firestore.document.v1.created",
      triggerRegion: "eur3",
      eventFilters: [
        { attribute: "database", value: "(default)", operator: "" },
        { attribute: "namespace", value: "(default)", operator: "" },
        { attribute: "document", value: "providers/{id}", operator: "match-path-pattern" },
      ],
      retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
    });
    expect(found.updateTime).toEqual({ seconds: String(Date.parse("2026-11-02T08:30:00Z") / 1000), nanos: 0 });
    expect(found.serviceConfig).toMatchObject({ availableCpu: "0.1666", timeoutSeconds: 60, maxInstanceCount: 10 });
  });

  it("waits for a creation, an update and a deletion", async () => {
    const parent = "projects/acme-test/locations/europe-west2";
    const buildConfig = { runtime: "nodejs22", entryPoint: "sendInvoice" };
    const [creation] = await client.createFunction({ parent, functionId: "sendInvoice", function: { buildConfig } });
    const [created] = await creation.promise();
    expect(created.url).toBe("https://europe-west2-acme-test.cloudfunctions.net/sendInvoice");
    const name = `${parent}/functions/sendInvoice`;
    const [update] = await client.updateFunction({
      function: { name, serviceConfig: { maxInstanceCount: 4 } },
      updateMask: { paths: ["service_config.max_instance_count"] },
    });
    const [updated] = await update.promise();
    expect(updated.serviceConfig?.maxInstanceCount).toBe(4);
    expect(updated.buildConfig).toMatchObject(buildConfig);
    const [deletion] = await client.deleteFunction({ name });
    await deletion.promise();
    await expect(client.getFunction({ name })).rejects.toMatchObject({ code: 5 });
  });

  it("learns of an operation that ended in an error", async () => {
    sandbox.faults.add({ do: { kind: "operation-error", code: 8, message: "Quota exceeded for total allowable CPU" } });
    const [creation] = await client.createFunction({
      parent: "projects/acme-test/locations/europe-west2",
      functionId: "sendInvoice",
      function: { buildConfig: { runtime: "nodejs22", entryPoint: "sendInvoice" } },
    });
    await expect(creation.promise()).rejects.toMatchObject({
      code: 8,
      message: expect.stringContaining("Quota exceeded"),
    });
  });

  it("reads when a runtime ends", async () => {
    const [answer] = await client.listRuntimes({ parent: "projects/acme-test/locations/europe-west1" });
    const node20 = answer.runtimes?.find((runtime) => runtime.name === "nodejs20");
    expect(node20).toMatchObject({ stage: "DECOMMISSIONED", decommissionDate: { year: 2026, month: 10, day: 30 } });
  });
});

describe("Stripe's own client", () => {
  const open = () => {
    const { hostname, port } = new URL(sandbox.base);
    return new Stripe(sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
  };

  it("pages through endpoints and changes a URL in place", async () => {
    const stripe = open();
    const ids: string[] = [];
    for await (const endpoint of stripe.webhookEndpoints.list({ limit: 2 }))
      ids.push(`${endpoint.id} ${endpoint.status}`);
    expect(ids).toEqual(["we_1Qsandbox1 enabled", "we_1Qsandbox2 enabled", "we_1Qsandbox3 disabled"]);
    const before = await stripe.webhookEndpoints.retrieve("we_1Qsandbox2");
    const url = "https://europe-west3-acme-test.cloudfunctions.net/stripeWebhook";
    const after = await stripe.webhookEndpoints.update("we_1Qsandbox2", { url });
    expect({ ...after, lastResponse: null }).toEqual({ ...before, lastResponse: null, url });
  });

  it("creates with a secret that is shown once, and deletes", async () => {
    const stripe = open();
    const made = await stripe.webhookEndpoints.create({
      url: "https://europe-west3-acme-test.cloudfunctions.net/other",
      enabled_events: ["charge.failed", "charge.succeeded"],
      metadata: { team: "payments" },
    });
    expect(made.secret).toMatch(/^whsec_/);
    const read = await stripe.webhookEndpoints.retrieve(made.id);
    expect(read).toMatchObject({
      enabled_events: ["charge.failed", "charge.succeeded"],
      metadata: { team: "payments" },
    });
    expect(read).not.toHaveProperty("secret");
    expect(await stripe.webhookEndpoints.del(made.id)).toMatchObject({ deleted: true });
    await expect(stripe.webhookEndpoints.retrieve(made.id)).rejects.toMatchObject({ code: "resource_missing" });
  });

  it("shows a destination's URL only where it is asked for", async () => {
    const stripe = open();
    const bare = await stripe.v2.core.eventDestinations.list();
    expect(bare.data.map((destination) => destination.webhook_endpoint?.url ?? null)).toEqual([null]);
    const whole = await stripe.v2.core.eventDestinations.list({ include: ["webhook_endpoint.url"] });
    expect(whole.data[0]).toMatchObject({
      id: "ed_test_61sandbox",
      webhook_endpoint: { url: "https://europe-west3-acme-test.cloudfunctions.net/ledger" },
    });
    expect((await stripe.events.list()).data).toEqual([]);
  });
});

describe("Twilio's own client", () => {
  /** The client knows only Twilio's hosts; this sends what it asks to the sandbox. */
  class ToSandbox extends twilio.RequestClient {
    override request<T>(asked: Parameters<InstanceType<typeof twilio.RequestClient>["request"]>[0]) {
      const uri = asked.uri.replace(/^https:\/\//, `${sandbox.base}/`);
      return super.request<T>({ ...asked, uri } as never);
    }
  }
  const open = () =>
    twilio(sandbox.access.twilio.account, sandbox.access.twilio.token, { httpClient: new ToSandbox() });

  it("pages through numbers, applications and messaging services", async () => {
    const client = open();
    const numbers = await client.incomingPhoneNumbers.list({ pageSize: 1 });
    expect(numbers.map((number) => [number.phoneNumber, number.voiceUrl, number.voiceFallbackUrl])).toEqual([
      [
        "+33186261234",
        "https://europe-west3-acme-test.cloudfunctions.net/twilioCallWebhook",
        "https://europe-west1-acme-test.cloudfunctions.net/twilioWebhook",
      ],
      ["+442012345678", "", ""],
    ]);
    const applications = await client.applications.list();
    expect(applications.map((application) => application.statusCallback)).toEqual([
      "https://europe-west3-acme-test.cloudfunctions.net/twilioConferenceWebhook",
    ]);
    const services = await client.messaging.v1.services.list();
    expect(services.map((service) => service.inboundRequestUrl)).toEqual([
      "https://europe-west3-acme-test.cloudfunctions.net/twilioInbound",
    ]);
  });

  it("changes one field of a number and leaves the others", async () => {
    const client = open();
    const sid = "PN00000000000000000000000000000001";
    const before = await client.incomingPhoneNumbers(sid).fetch();
    const voiceFallbackUrl = "https://europe-west3-acme-test.cloudfunctions.net/twilioCallWebhook";
    await client.incomingPhoneNumbers(sid).update({ voiceFallbackUrl });
    const after = await client.incomingPhoneNumbers(sid).fetch();
    expect({ ...after.toJSON(), dateUpdated: null }).toEqual({
      ...before.toJSON(),
      voiceFallbackUrl,
      dateUpdated: null,
    });
    await expect(client.incomingPhoneNumbers("PN9").fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe("Telegram", () => {
  it("has one webhook per bot, which setWebhook replaces", async () => {
    const [token = ""] = sandbox.access.telegram;
    const call = async (method: string, body?: object) => {
      const response = await fetch(`${sandbox.base}/api.telegram.org/bot${token}/${method}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await response.json()) as { ok: boolean; result: unknown };
    };
    expect(await call("getMe")).toMatchObject({ ok: true, result: { id: 7012345678, username: "acme_test_bot" } });
    const url = "https://europe-west2-acme-test.cloudfunctions.net/telegramWebhook";
    await call("setWebhook", { url, allowed_updates: ["message"] });
    await call("setWebhook", { url, max_connections: 10 });
    expect((await call("getWebhookInfo")).result).toEqual({
      url,
      has_custom_certificate: false,
      pending_update_count: 0,
      max_connections: 10,
      allowed_updates: ["message"],
    });
    expect(await call("setWebhook", { url: "http://plain.example" })).toMatchObject({ ok: false, error_code: 400 });
  });
});
