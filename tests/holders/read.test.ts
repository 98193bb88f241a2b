import { describe, expect, test } from "vitest";
import { createGoogle } from "../../src/clients/google.ts";
import type { DeployedFacts } from "../../src/model/deployed.ts";
import type { Gap } from "../../src/model/gap.ts";
import { missingAccess } from "../../src/sources/holders/missing-access.ts";
import { type HolderInput, readHolders } from "../../src/sources/holders/read.ts";
import { type Answer, type Asked, patience, standIn } from "./stand-in.ts";

const project = "acme-prod";
const west1 = `https://europe-west1-${project}.cloudfunctions.net`;
const scheduler = "/cloudscheduler.googleapis.com/v1/projects/acme-prod/locations";
const tasks = "/cloudtasks.googleapis.com/v2/projects/acme-prod/locations";
const pubsub = "/pubsub.googleapis.com/v1/projects/acme-prod/subscriptions";

type Routes = Readonly<Record<string, Answer | ((asked: Asked) => Answer)>>;

const locations = (...ids: string[]) => ({
  body: { locations: ids.map((id) => ({ name: `projects/${project}/locations/${id}`, locationId: id })) },
});

const quiet: Routes = {
  [scheduler]: locations("europe-west1"),
  [`${scheduler}/europe-west1/jobs`]: { body: {} },
  [tasks]: locations("europe-west1"),
  [`${tasks}/europe-west1/queues`]: { body: {} },
  [pubsub]: { body: {} },
};

async function read(routes: Routes, more: Partial<HolderInput> = {}) {
  const { endpoint, asked } = await standIn((one) => {
    const route = { ...quiet, ...routes }[one.path];
    return typeof route === "function" ? route(one) : route;
  });
  const { options } = patience();
  const google = createGoogle({ endpoint, token: async () => "ya29.MARKED", ...options });
  const found = await readHolders({
    endpoint,
    stripe: null,
    twilio: null,
    telegram: null,
    google,
    project,
    regions: ["europe-west1", "europe-west3"],
    patience: options,
    ...more,
  });
  expect(JSON.stringify(found)).not.toContain("MARKED");
  return { ...found, asked };
}

const googleError = (code: number, status: string, message: string, details: object[] = []) => ({
  status: code,
  body: { error: { code, message, status, details } },
});

function job(region: string, id: string, more: object) {
  return { name: `projects/${project}/locations/${region}/jobs/${id}`, state: "ENABLED", ...more };
}

function gap(facet: Gap["facet"], scope: string, reason: string, region: string | null = null): Gap {
  return { source: "holders", facet, scope, region, reason };
}

describe("Google's senders", () => {
  test("jobs with an HTTP target are holders, in every location and on every page", async () => {
    const { facts, gaps } = await read({
      [scheduler]: locations("europe-west1", "us-central1"),
      [`${scheduler}/europe-west1/jobs`]: ({ query }) => ({
        body:
          query.get("pageToken") === "2"
            ? { jobs: [job("europe-west1", "paused", { state: "PAUSED", httpTarget: { uri: `${west1}/nightly` } })] }
            : {
                jobs: [
                  job("europe-west1", "firebase-schedule-cleanup-europe-west1", {
                    httpTarget: { uri: `${west1}/cleanup?key=MARKED`, headers: { Authorization: "MARKED" } },
                  }),
                  job("europe-west1", "firebase-schedule-old-europe-west1", { pubsubTarget: { topicName: "t" } }),
                ],
                nextPageToken: "2",
              },
      }),
      [`${scheduler}/us-central1/jobs`]: {
        body: { jobs: [job("us-central1", "ping", { httpTarget: { uri: "https://shop.example.com/ping" } })] },
      },
    });
    expect(gaps).toEqual([]);
    expect(facts?.asked).toEqual(["scheduler", "task-queue", "push"]);
    expect(facts?.holders).toEqual([
      {
        kind: "scheduler",
        id: "firebase-schedule-cleanup-europe-west1",
        label: "firebase-schedule-cleanup-europe-west1",
        field: "httpTarget.uri",
        url: `${west1}/cleanup?key=***`,
        target: { form: "cloudfunctions", name: "cleanup", nameIs: "function", region: "europe-west1", project },
        active: true,
        region: "europe-west1",
      },
      {
        kind: "scheduler",
        id: "paused",
        label: "paused",
        field: "httpTarget.uri",
        url: `${west1}/nightly`,
        target: { form: "cloudfunctions", name: "nightly", nameIs: "function", region: "europe-west1", project },
        active: false,
        region: "europe-west1",
      },
      {
        kind: "scheduler",
        id: "ping",
        label: "ping",
        field: "httpTarget.uri",
        url: "https://shop.example.com/ping",
        target: null,
        active: true,
        region: "us-central1",
      },
    ]);
  });

  test("only queues that override their tasks' address are holders", async () => {
    const name = (id: string) => `projects/${project}/locations/europe-west1/queues/${id}`;
    const { facts, gaps } = await read({
      [`${tasks}/europe-west1/queues`]: {
        body: {
          queues: [
            { name: name("executeScheduledCall"), state: "RUNNING" },
            {
              name: name("moved"),
              state: "PAUSED",
              httpTarget: {
                uriOverride: {
                  scheme: "HTTPS",
                  host: "europe-west3-acme-prod.cloudfunctions.net",
                  pathOverride: { path: "/executeScheduledCall" },
                  uriOverrideEnforceMode: "ALWAYS",
                },
                oidcToken: { serviceAccountEmail: "MARKED" },
              },
            },
          ],
        },
      },
    });
    expect(gaps).toEqual([]);
    expect(facts?.holders).toEqual([
      {
        kind: "task-queue",
        id: "moved",
        label: "moved",
        field: "httpTarget.uriOverride",
        url: "https://europe-west3-acme-prod.cloudfunctions.net/executeScheduledCall",
        target: {
          form: "cloudfunctions",
          name: "executeScheduledCall",
          nameIs: "function",
          region: "europe-west3",
          project,
        },
        active: false,
        region: "europe-west1",
      },
    ]);
  });

  test("push subscriptions are holders; those made for one copy by Google are not", async () => {
    const name = (id: string) => `projects/${project}/subscriptions/${id}`;
    const { facts } = await read({
      [pubsub]: {
        body: {
          subscriptions: [
            { name: name("billing"), state: "ACTIVE", pushConfig: { pushEndpoint: `${west1}/onBilling?token=MARKED` } },
            { name: name("pull"), state: "ACTIVE", pushConfig: {} },
            { name: name("gone"), detached: true, pushConfig: { pushEndpoint: `${west1}/onGone` } },
            {
              name: name("eventarc-europe-west1-onpayment-123456-sub-1"),
              pushConfig: { pushEndpoint: "https://onpayment-ab12cd34ef-ew.a.run.app?__GCP_CloudEventsMode=CE_PUBSUB" },
            },
            { name: name("gcf-onPaid-europe-west1-paid"), pushConfig: { pushEndpoint: "https://x.appspot.com/_ah" } },
          ],
        },
      },
    });
    expect(facts?.holders.map(({ kind, id, url, active, region }) => [kind, id, url, active, region])).toEqual([
      ["push", "billing", `${west1}/onBilling?token=***`, true, null],
      ["push", "gone", `${west1}/onGone`, false, null],
    ]);
  });

  test("one region that is refused is a gap of that region; the others stand", async () => {
    const { facts, gaps } = await read({
      [scheduler]: locations("europe-west1", "europe-west3", "europe-west4"),
      [`${scheduler}/europe-west1/jobs`]: {
        body: { jobs: [job("europe-west1", "a", { httpTarget: { uri: `${west1}/a` } })] },
      },
      [`${scheduler}/europe-west3/jobs`]: googleError(403, "PERMISSION_DENIED", "not here"),
      [`${scheduler}/europe-west4/jobs`]: { body: { jobs: [], unreachable: ["europe-west4"] } },
    });
    expect(facts?.holders.map((holder) => holder.id)).toEqual(["a"]);
    expect(facts?.asked).toContain("scheduler");
    expect(gaps).toEqual([
      gap(
        "scheduler",
        "europe-west3",
        "cloudscheduler.googleapis.com answered 403 PERMISSION_DENIED: not here",
        "europe-west3",
      ),
      gap("scheduler", "europe-west4", "Google could not reach this region (unreachable)", "europe-west4"),
    ]);
  });

  test("where the locations are refused, the manifest's regions are asked, and the rest is a gap", async () => {
    const { facts, gaps, asked } = await read({
      [tasks]: googleError(403, "PERMISSION_DENIED", "no list"),
      [`${tasks}/europe-west3/queues`]: { body: {} },
    });
    expect(facts?.asked).toContain("task-queue");
    expect(gaps).toEqual([
      gap(
        "task-queues",
        "*",
        "only 2 regions were asked: cloudtasks.googleapis.com answered 403 PERMISSION_DENIED: no list",
      ),
    ]);
    expect(asked.map((one) => one.path).filter((path) => path.endsWith("/queues"))).toEqual([
      `${tasks}/europe-west1/queues`,
      `${tasks}/europe-west3/queues`,
    ]);
  });

  test("nothing readable at all is no facts, with the reasons", async () => {
    const html = { body: "<html>" };
    const { facts, gaps } = await read({
      [scheduler]: html,
      [`${scheduler}/europe-west1/jobs`]: html,
      [`${scheduler}/europe-west3/jobs`]: html,
      [tasks]: html,
      [`${tasks}/europe-west1/queues`]: html,
      [`${tasks}/europe-west3/queues`]: html,
      [pubsub]: html,
    });
    expect(facts).toBeNull();
    expect(gaps.map(({ facet, scope }) => [facet, scope])).toEqual([
      ["scheduler", "*"],
      ["task-queues", "*"],
      ["push", "*"],
    ]);
  });

  test.each([
    ["here", `projects/${project}`, []],
    [
      "in the project that pays",
      "projects/999",
      [gap("push", "*", "pubsub.googleapis.com is not enabled in project 999")],
    ],
  ])("an API that is switched off %s", async (_, consumer, expected) => {
    const info = {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "SERVICE_DISABLED",
      metadata: { consumer },
    };
    const { gaps } = await read({ [pubsub]: googleError(403, "PERMISSION_DENIED", "has not been used", [info]) });
    expect(gaps).toEqual(expected);
  });
});

const deployed: DeployedFacts = {
  origin: { kind: "live", file: null, takenAt: "2026-11-22T09:00:00Z" },
  lacks: [],
  functions: [],
  services: [],
  jobs: [
    {
      name: "firebase-schedule-cleanup-europe-west1",
      project,
      region: "europe-west1",
      state: "PAUSED",
      schedule: "0 3 * * *",
      timeZone: "UTC",
      uri: `${west1}/cleanup`,
      topic: null,
    },
  ],
  queues: [
    { name: "plain", project, region: "europe-west1", state: "RUNNING", uriOverride: null },
    { name: "moved", project, region: "europe-west1", state: "RUNNING", uriOverride: "x-ab12cd34ef-ey.a.run.app" },
  ],
  triggers: [],
  locations: [],
  runtimes: [],
  usage: [],
  databases: [],
  buckets: [],
};

describe("with a look at what is deployed", () => {
  test("jobs and queues are not listed again, and its gaps are the holders' gaps", async () => {
    const moved = `${tasks}/europe-west1/queues/moved`;
    const seenGap: Gap = {
      source: "deployed",
      facet: "jobs",
      scope: "europe-west3",
      region: "europe-west3",
      reason: "503",
    };
    const { facts, gaps, asked } = await read(
      {
        [moved]: {
          body: {
            name: `projects/${project}/locations/europe-west1/queues/moved`,
            state: "RUNNING",
            httpTarget: { uriOverride: { host: "x-ab12cd34ef-ey.a.run.app" } },
          },
        },
      },
      { deployed: Promise.resolve({ facts: deployed, gaps: [seenGap] }) },
    );
    expect(asked.map((one) => one.path).sort()).toEqual([moved, pubsub]);
    expect(facts?.holders.map(({ kind, id, url, active, region }) => [kind, id, url, active, region])).toEqual([
      ["scheduler", "firebase-schedule-cleanup-europe-west1", `${west1}/cleanup`, false, "europe-west1"],
      ["task-queue", "moved", "https://x-ab12cd34ef-ey.a.run.app/", true, "europe-west1"],
    ]);
    expect(gaps).toEqual([gap("scheduler", "europe-west3", "503", "europe-west3")]);
  });

  test("a listing in a file shows no jobs, so they are listed", async () => {
    const file: DeployedFacts = { ...deployed, origin: { kind: "firebase-json", file: "f", takenAt: null }, jobs: [] };
    const { asked } = await read({}, { deployed: Promise.resolve({ facts: file, gaps: [] }) });
    expect(asked.map((one) => one.path)).toContain(`${scheduler}/europe-west1/jobs`);
  });

  test("a look that failed is no obstacle", async () => {
    const { gaps, facts } = await read({}, { deployed: Promise.reject(new Error("MARKED")) });
    expect(gaps).toEqual([]);
    expect(facts).toEqual({ holders: [], asked: ["scheduler", "task-queue", "push"] });
  });
});

describe("all providers together", () => {
  const endpoint = { id: "we_1", object: "webhook_endpoint", url: `${west1}/stripeWebhook`, status: "enabled" };

  test("what one refuses does not hide the others, and only what was read counts as asked", async () => {
    const { facts, gaps } = await read(
      {
        "/v1/webhook_endpoints": { body: { object: "list", data: [endpoint], has_more: false } },
        "/api.telegram.org/bot1:MARKED/getMe": { status: 401, body: { ok: false } },
        "/api.telegram.org/bot1:MARKED/getWebhookInfo": { status: 401, body: { ok: false } },
      },
      { stripe: { key: "sk_test_MARKED" }, telegram: { token: "1:MARKED" } },
    );
    expect(facts?.holders.map(({ kind, id }) => [kind, id])).toEqual([["stripe", "we_1"]]);
    expect(facts?.asked).toEqual(["stripe", "scheduler", "task-queue", "push"]);
    expect(gaps).toEqual([gap("telegram", "telegram", "Telegram refused the bot token (401)")]);
  });

  test("nobody asked is neither facts lost nor a gap", async () => {
    const { facts, gaps, asked } = await read({}, { google: null });
    expect({ facts, gaps, asked }).toEqual({ facts: { holders: [], asked: [] }, gaps: [], asked: [] });
  });
});

describe("holders that functions name and nobody can be asked about", () => {
  test("are one gap per kind, with the functions", () => {
    const functions = [
      { name: "stripeWebhook", holders: ["stripe" as const] },
      { name: "twilioCallWebhook", holders: ["twilio" as const] },
      { name: "twilioConferenceWebhook", holders: ["twilio" as const] },
      { name: "onBilling", holders: ["push" as const, "stripe" as const] },
      { name: "refund", holders: ["stripe" as const] },
      { name: "createPaymentIntent", holders: [] },
    ];
    expect(missingAccess(functions, new Set(["push"]))).toEqual([
      gap(
        "stripe",
        "stripe",
        "the holders of stripeWebhook, onBilling and 1 more are asked for by name, and the environment gives no `stripe: { key }`",
      ),
      gap(
        "twilio",
        "twilio",
        "the holders of twilioCallWebhook and twilioConferenceWebhook are asked for by name, and the environment gives no `twilio: { account, token }`",
      ),
    ]);
    expect(missingAccess(functions, new Set(["push", "stripe", "twilio"]))).toEqual([]);
  });
});
