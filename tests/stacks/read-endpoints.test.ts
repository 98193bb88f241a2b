import { beforeAll, describe, expect, it } from "vitest";
import { readEndpoints } from "../../src/stacks/read-endpoints.ts";
import { everyKind, wireOf } from "./wire.ts";

const project = { projectId: "acme-prod", storageBucket: "acme-prod.firebasestorage.app", databaseURL: null };
const open = { maxRetry: null, minBackoff: null, maxBackoff: null, maxDoublings: null };

describe("readEndpoints, on what the SDK writes of one function of every kind", () => {
  let wire: unknown;
  beforeAll(async () => {
    wire = await wireOf({ "lib/index.js": everyKind });
  });

  it("reads each trigger with its details, parameters resolved", () => {
    const { endpoints, problems } = readEndpoints(wire, { WEBHOOK_CONCURRENCY: "40" }, project);
    expect(problems).toEqual([]);
    expect(Object.fromEntries([...endpoints].map(([name, { trigger }]) => [name, trigger]))).toEqual({
      webhook: { kind: "https", invoker: null },
      internal: { kind: "https", invoker: ["private"] },
      partner: { kind: "https", invoker: ["caller@", "ops@acme.example"] },
      pay: { kind: "callable", isGenkit: false },
      "grouped-ping": { kind: "callable", isGenkit: false },
      nightly: {
        kind: "scheduled",
        schedule: "every day 03:00",
        timeZone: "Europe/Paris",
        retry: { ...open, retryCount: 2, minBackoff: "30s" },
      },
      charge: {
        kind: "task",
        rateLimits: { maxConcurrentDispatches: 6, maxDispatchesPerSecond: null },
        retry: { ...open, maxAttempts: 5, minBackoff: "60s" },
        invoker: null,
      },
      created: {
        kind: "event",
        eventType: "google.cloud.firestore.document.v1.created",
        filters: { database: "(default)", namespace: "(default)" },
        pathPatterns: { document: "orders/{order}" },
        retry: true,
        region: null,
        channel: null,
      },
      uploaded: {
        kind: "event",
        eventType: "google.cloud.storage.object.v1.finalized",
        filters: { bucket: "acme-photos" },
        pathPatterns: {},
        retry: false,
        region: null,
        channel: null,
      },
      heard: {
        kind: "event",
        eventType: "google.cloud.pubsub.topic.v1.messagePublished",
        filters: { topic: "orders" },
        pathPatterns: {},
        retry: false,
        region: null,
        channel: null,
      },
      oldCall: { kind: "callable", isGenkit: false },
      oldNightly: {
        kind: "scheduled",
        schedule: "0 3 * * *",
        timeZone: "Europe/Paris",
        retry: { ...open, retryCount: null },
      },
      oldCreated: {
        kind: "event",
        eventType: "providers/cloud.firestore/eventTypes/document.create",
        filters: { resource: "projects/acme-prod/databases/(default)/documents/orders/{order}" },
        pathPatterns: {},
        retry: true,
        region: null,
        channel: null,
      },
      oldCharge: {
        kind: "task",
        rateLimits: { maxConcurrentDispatches: null, maxDispatchesPerSecond: null },
        retry: { ...open, maxAttempts: 4 },
        invoker: null,
      },
    });
  });

  it("reads what else the code says of a function", () => {
    const { endpoints } = readEndpoints(wire, {}, project);
    expect(endpoints.get("webhook")).toEqual({
      name: "webhook",
      generation: 2,
      entryPoint: "webhook",
      trigger: { kind: "https", invoker: null },
      memoryMiB: null,
      cpu: 1,
      minInstances: null,
      maxInstances: null,
      concurrency: 20,
      timeoutSeconds: 120,
      ingress: null,
      vpc: null,
      serviceAccount: null,
      labels: {},
      environmentVariables: {},
      secrets: [{ variable: "STRIPE_KEY", secret: "STRIPE_KEY" }],
    });
    expect(endpoints.get("grouped-ping")?.entryPoint).toBe("grouped.ping");
    expect(endpoints.get("pay")?.labels).toEqual({ team: "payments" });
    expect(endpoints.get("internal")?.ingress).toBe("ALLOW_INTERNAL_ONLY");
    expect(endpoints.get("oldCall")).toMatchObject({ generation: 1, memoryMiB: 512, timeoutSeconds: 90 });
  });

  it("gives functions the values of env files and parameters, and no secret", () => {
    const values = { ZONE: "Europe/Berlin", BASE_URL: "https://acme.example", STRIPE_KEY: "sk_test_of_the_emulator" };
    expect(readEndpoints(wire, values, project).variables).toEqual({
      BASE_URL: "https://acme.example",
      WEBHOOK_CONCURRENCY: "20",
      ZONE: "Europe/Berlin",
    });
  });

  it("tells every problem at once", () => {
    const values = { WEBHOOK_CONCURRENCY: "many", FIREBASE_TOKEN: "x", PORT: "80" };
    expect(readEndpoints(wire, values, project).problems).toEqual([
      'the parameter WEBHOOK_CONCURRENCY is to be a number, and its env file says "many"',
      "webhook: the parameter WEBHOOK_CONCURRENCY has no value",
      "an env file sets FIREBASE_TOKEN, which is the platform's to set: rename it",
      "an env file sets PORT, which is the platform's to set: rename it",
    ]);
    expect(readEndpoints({ specVersion: "v1alpha1" }, {}, project).problems).toEqual([
      "what the SDK wrote is no manifest of functions",
    ]);
  });
});

describe("readEndpoints, on expressions that the SDK writes", () => {
  const code = `
import { onRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { onValueCreated } from "firebase-functions/v2/database";
import { onObjectFinalized } from "firebase-functions/v2/storage";
import { defineBoolean, defineInt, defineList, defineString, projectID, storageBucket } from "firebase-functions/params";
const stage = defineString("STAGE");
const isLarge = defineBoolean("LARGE");
const most = defineInt("MOST", { default: 8 });
const least = defineInt("LEAST", { default: 3 });
export const byTruth = onRequest({ memory: isLarge.thenElse(1024, 256) }, () => {});
export const byText = onRequest({ minInstances: stage.equals("production").thenElse(least, 0) }, () => {});
export const byNumber = onRequest({ maxInstances: most.greaterThan(5).thenElse(5, most) }, () => {});
export const byTwo = onRequest({ concurrency: most.notEquals(least).thenElse(2, 1) }, () => {});
export const left = onRequest({ omit: stage.equals("production") }, () => {});
export const bucket = onObjectFinalized({ bucket: storageBucket }, () => {});
export const data = onValueCreated({ ref: "/orders/{order}", instance: projectID }, () => {});
export const often = onSchedule({ schedule: stage.equals("production").thenElse("every 5 minutes", "every 24 hours") }, () => {});
`;

  it("evaluates choices, comparisons and the project's own facts", async () => {
    const wire = await wireOf({ "lib/index.js": code }, { STAGE: "production", LARGE: "true" });
    const { endpoints, problems } = readEndpoints(wire, { STAGE: "production", LARGE: "true" }, project);
    expect(problems).toEqual([]);
    expect(endpoints.get("byTruth")?.memoryMiB).toBe(1024);
    expect(endpoints.get("byText")?.minInstances).toBe(3);
    expect(endpoints.get("byNumber")?.maxInstances).toBe(5);
    expect(endpoints.get("byTwo")?.concurrency).toBe(2);
    expect(endpoints.has("left")).toBe(false);
    expect(endpoints.get("bucket")?.trigger).toMatchObject({ filters: { bucket: "acme-prod.firebasestorage.app" } });
    expect(endpoints.get("data")?.trigger).toMatchObject({ pathPatterns: { ref: "orders/{order}" } });
    expect(endpoints.get("often")?.trigger).toMatchObject({ schedule: "every 5 minutes" });
    const staging = readEndpoints(wire, { STAGE: "staging", LARGE: "false" }, project);
    expect(staging.endpoints.get("byTruth")?.memoryMiB).toBe(256);
    expect(staging.endpoints.get("byText")?.minInstances).toBe(0);
    expect(staging.endpoints.has("left")).toBe(true);
    expect(staging.endpoints.get("often")?.trigger).toMatchObject({ schedule: "every 24 hours" });
  });

  it("says which parameter nobody has given", async () => {
    const wire = await wireOf({ "lib/index.js": code });
    expect(readEndpoints(wire, {}, project).problems.slice(0, 2)).toEqual([
      "the parameter STAGE has no value: write it to .env, or to .env.acme-prod",
      "the parameter LARGE has no value: write it to .env, or to .env.acme-prod",
    ]);
  });
});
