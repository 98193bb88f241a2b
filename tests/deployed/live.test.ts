import { afterEach, describe, expect, test } from "vitest";
import { readDeployedLive } from "../../src/sources/deployed/live.ts";
import { googleErrorBody, sendJson } from "../clients/http-server.ts";
import { type Fault, gen2, publicPolicy, serviceOf, startTwin, type Twin, type TwinState } from "./google-twin.ts";

const regions = ["europe-west1", "europe-west3", "europe-west4", "us-central1"];
const now = () => new Date("2026-11-22T12:00:00Z");
const twins: Twin[] = [];
afterEach(async () => {
  await Promise.all(twins.splice(0).map((twin) => twin.server.close()));
});

async function look(state: TwinState, fault?: Fault, facets?: Parameters<typeof readDeployedLive>[2]["facets"]) {
  const twin = await startTwin(state, fault);
  twins.push(twin);
  const read = await readDeployedLive(twin.google, "acme", facets === undefined ? { now } : { now, facets });
  return { ...read, twin };
}

/** Refuses what the path matches, as Google does for a missing permission. */
function refuses(path: RegExp, message = "Permission denied on resource."): Fault {
  return (request, response) => {
    if (!path.test(request.path)) return false;
    sendJson(response, googleErrorBody(403, "PERMISSION_DENIED", message), 403);
    return true;
  };
}

function switchedOff(host: string, consumer: string): Fault {
  return (request, response) => {
    if (!request.path.startsWith(`/${host}/`)) return false;
    const details = [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        reason: "SERVICE_DISABLED",
        domain: "googleapis.com",
        metadata: { consumer, service: host },
      },
    ];
    sendJson(response, googleErrorBody(403, "PERMISSION_DENIED", `${host} is disabled`, details), 403);
    return true;
  };
}

const names = (read: Awaited<ReturnType<typeof look>>) =>
  read.facts?.functions.map((fact) => `${fact.region}/${fact.name}`) ?? null;

describe("a whole look", () => {
  test("every part is read from its own API and put together", async () => {
    const hook = gen2("stripeWebhook", "europe-west3", { labels: { "deployment-tool": "cli-firebase" } });
    const read = await look({
      regions,
      functions: [
        gen2("createPaymentIntent", "europe-west3"),
        hook,
        {
          name: "projects/acme/locations/us-central1/functions/oldHook",
          environment: "GEN_1",
          state: "ACTIVE",
          url: "https://us-central1-acme.cloudfunctions.net/oldHook",
          labels: {},
          buildConfig: { runtime: "nodejs20" },
          serviceConfig: { availableMemory: "256M", maxInstanceCount: 3000, timeoutSeconds: 60 },
        },
        gen2("onPayment", "europe-west3", {
          state: "FAILED",
          stateMessages: [
            { severity: "ERROR", type: "CloudRunServiceNotFound", message: "Cloud Run service\n not found" },
          ],
          labels: { "deployment-tool": "cli-firebase--gemini", "firebase-functions-codebase": "payments" },
          eventTrigger: {
            eventType: "google.cloud.firestore.document.v1.updated",
            triggerRegion: "eur3",
            eventFilters: [
              { attribute: "database", value: "(default)" },
              { attribute: "document", value: "payments/{id}", operator: "match-path-pattern" },
            ],
          },
        }),
      ],
      services: [
        serviceOf("createPaymentIntent", "europe-west3"),
        serviceOf("stripeWebhook", "europe-west3", { invokerIamDisabled: true }),
        serviceOf("renderer", "europe-west1", {
          labels: {},
          annotations: {},
          template: {
            containers: [
              { resources: { limits: { cpu: "2", memory: "1Gi" } } },
              { resources: { limits: { cpu: "500m", memory: "256Mi" } } },
            ],
            scaling: { maxInstanceCount: 40 },
          },
          scaling: { maxInstanceCount: 20 },
        }),
      ],
      jobs: [
        {
          name: "projects/acme/locations/us-central1/jobs/firebase-schedule-cleanup-us-central1",
          state: "ENABLED",
          schedule: "0 3 * * *",
          timeZone: "Europe/Paris",
          httpTarget: { uri: "https://us-central1-acme.cloudfunctions.net/cleanup?key=MARKED-SECRET-query" },
        },
        {
          name: "projects/acme/locations/europe-west1/jobs/nightly",
          state: "PAUSED",
          schedule: "every 24 hours",
          pubsubTarget: { topicName: "projects/acme/topics/nightly", data: "TUFSS0VE" },
        },
      ],
      queues: [
        { name: "projects/acme/locations/europe-west3/queues/executeScheduledCall", state: "RUNNING" },
        {
          name: "projects/acme/locations/europe-west1/queues/mail",
          state: "PAUSED",
          httpTarget: { uriOverride: { host: "europe-west1-acme.cloudfunctions.net" } },
        },
      ],
      triggers: [
        {
          name: "projects/acme/locations/eur3/triggers/onpayment-123",
          eventFilters: [{ attribute: "type", value: "google.cloud.firestore.document.v1.updated" }],
          destination: { cloudFunction: "projects/acme/locations/europe-west3/functions/onPayment" },
        },
        {
          name: "projects/acme/locations/global/triggers/to-run",
          eventFilters: [{ attribute: "type", value: "google.cloud.audit.log.v1.written" }],
          destination: { cloudRun: { service: "renderer", region: "europe-west1" } },
        },
      ],
      runtimes: [
        {
          name: "nodejs22",
          environment: "GEN_2",
          deprecationDate: { year: 2027, month: 4, day: 30 },
          decommissionDate: { year: 2027, month: 10, day: 31 },
        },
        { name: "go124", environment: "GEN_2", deprecationDate: { year: 2026, month: 9 } },
        { name: "nodejs26", environment: "GEN_2" },
      ],
      series: [
        {
          resource: { type: "cloud_run_revision", labels: { location: "europe-west3", project_id: "acme" } },
          points: [{ value: { doubleValue: 1.2 } }, { value: { doubleValue: 2.9 } }, { value: { int64Value: "2" } }],
        },
      ],
      databases: [{ name: "projects/acme/databases/(default)", locationId: "eur3", type: "FIRESTORE_NATIVE" }],
      buckets: [{ name: "acme.appspot.com", location: "EU" }],
      policies: { "europe-west3/services/createpaymentintent": publicPolicy },
    });

    expect(read.gaps).toEqual([]);
    expect(read.facts?.origin).toEqual({ kind: "live", file: null, takenAt: "2026-11-22T12:00:00.000Z" });
    expect(read.facts?.lacks).toEqual([]);
    expect(names(read)).toEqual([
      "europe-west3/createPaymentIntent",
      "europe-west3/onPayment",
      "europe-west3/stripeWebhook",
      "us-central1/oldHook",
    ]);
    const [intent, onPayment, webhook, old] = read.facts?.functions ?? [];
    expect(intent).toEqual({
      name: "createPaymentIntent",
      project: "acme",
      region: "europe-west3",
      generation: 2,
      trigger: "callable",
      state: "ACTIVE",
      stateMessage: null,
      runtime: "nodejs22",
      memoryMiB: 256,
      cpu: 0.1666,
      minInstances: null,
      maxInstances: 10,
      concurrency: 1,
      timeoutSeconds: 60,
      urls: [
        "https://europe-west3-acme.cloudfunctions.net/createPaymentIntent",
        "https://createpaymentintent-k3v7q2m9xa-ew.a.run.app",
        "https://createpaymentintent-4815162342.europe-west3.run.app",
      ],
      invoker: "public",
      serviceAccount: "4815162342-compute@developer.gserviceaccount.com",
      codebase: "default",
      deployer: "firebase",
      eventTrigger: null,
      updateTime: "2026-11-02T08:30:00.123Z",
    });
    expect(onPayment).toMatchObject({
      trigger: "event",
      state: "FAILED",
      stateMessage: "Cloud Run service not found",
      codebase: "payments",
      deployer: "firebase",
      invoker: null,
      eventTrigger: {
        eventType: "google.cloud.firestore.document.v1.updated",
        triggerRegion: "eur3",
        resource: "payments/{id}",
        database: "(default)",
        bucket: null,
      },
    });
    expect(webhook).toMatchObject({ trigger: "https", invoker: "public" });
    expect(old).toMatchObject({
      generation: 1,
      trigger: "https",
      memoryMiB: 244.140625,
      cpu: null,
      urls: ["https://us-central1-acme.cloudfunctions.net/oldHook"],
      invoker: "restricted",
      codebase: null,
      deployer: null,
    });
    expect(read.facts?.services).toEqual([
      { name: "renderer", project: "acme", region: "europe-west1", cpu: 2.5, maxInstances: 20 },
    ]);
    expect(read.facts?.jobs).toEqual([
      {
        name: "nightly",
        project: "acme",
        region: "europe-west1",
        state: "PAUSED",
        schedule: "every 24 hours",
        timeZone: null,
        uri: null,
        topic: "projects/acme/topics/nightly",
      },
      {
        name: "firebase-schedule-cleanup-us-central1",
        project: "acme",
        region: "us-central1",
        state: "ENABLED",
        schedule: "0 3 * * *",
        timeZone: "Europe/Paris",
        uri: "https://us-central1-acme.cloudfunctions.net/cleanup?key=***",
        topic: null,
      },
    ]);
    expect(read.facts?.queues).toEqual([
      {
        name: "mail",
        project: "acme",
        region: "europe-west1",
        state: "PAUSED",
        uriOverride: "europe-west1-acme.cloudfunctions.net",
      },
      { name: "executeScheduledCall", project: "acme", region: "europe-west3", state: "RUNNING", uriOverride: null },
    ]);
    expect(read.facts?.triggers.map((trigger) => trigger.destination)).toEqual([
      { name: "onPayment", region: "europe-west3" },
      { name: "renderer", region: "europe-west1" },
    ]);
    expect(read.facts?.locations).toContainEqual({ region: "europe-west4", generations: [2] });
    expect(read.facts?.locations).toHaveLength(4);
    expect(read.facts?.runtimes.filter((runtime) => runtime.region === "europe-west3")).toEqual([
      {
        runtime: "nodejs22",
        region: "europe-west3",
        generation: 2,
        deprecated: "2027-04-30",
        decommissioned: "2027-10-31",
      },
      { runtime: "go124", region: "europe-west3", generation: 2, deprecated: "2026-09-01", decommissioned: null },
      { runtime: "nodejs26", region: "europe-west3", generation: 2, deprecated: null, decommissioned: null },
    ]);
    expect(read.facts?.runtimes).toHaveLength(6);
    expect(read.facts?.usage).toEqual([
      { region: "europe-west3", vcpu: 2.9, from: "2026-11-21T12:00:00.000Z", to: "2026-11-22T12:00:00.000Z" },
    ]);
    expect(read.facts?.databases).toEqual([{ name: "(default)", location: "eur3" }]);
    expect(read.facts?.buckets).toEqual([{ name: "acme.appspot.com", location: "eu" }]);
    expect(JSON.stringify(read.facts)).not.toContain("MARKED-SECRET");

    const asked = read.twin.server.received;
    const functionsAsked = asked.find((request) => request.path.endsWith("/functions"));
    expect(functionsAsked?.query.get("pageSize")).toBe("1000");
    expect(functionsAsked?.query.get("fields")).not.toContain("nvironmentVariables");
    expect(asked.find((request) => request.path.endsWith("/timeSeries"))?.query.get("filter")).toBe(
      'metric.type="run.googleapis.com/container/cpu/allocation_time" AND resource.type="cloud_run_revision"',
    );
    // Scheduled and event functions, and services whose check is off, cost no call.
    expect(read.twin.asked(":getIamPolicy").sort()).toEqual([
      "cloudfunctions.googleapis.com/v1/projects/acme/locations/us-central1/functions/oldHook:getIamPolicy",
      "run.googleapis.com/v2/projects/acme/locations/europe-west3/services/createpaymentintent:getIamPolicy",
    ]);
  });

  test("facets that are not asked for are not read, and named as lacking", async () => {
    const read = await look({ regions, functions: [gen2("a", "europe-west1")] }, undefined, ["services", "invokers"]);
    expect(read.gaps).toEqual([]);
    expect(read.facts?.lacks).toEqual([
      "jobs",
      "queues",
      "triggers",
      "locations",
      "runtimes",
      "usage",
      "databases",
      "buckets",
    ]);
    expect(read.facts?.locations).toEqual([]);
    const hosts = new Set(read.twin.server.received.map((request) => request.path.split("/")[1]));
    expect([...hosts].sort()).toEqual(["cloudfunctions.googleapis.com", "run.googleapis.com"]);
  });

  test("a project without anything is an empty fleet without gaps", async () => {
    const read = await look({ regions });
    expect(read.gaps).toEqual([]);
    expect(read.facts?.functions).toEqual([]);
  });

  test("a function that firebase put straight on Cloud Run is a function, with the ID in its own case", async () => {
    const read = await look({
      regions,
      services: [
        serviceOf("sendMail", "europe-west1", {
          labels: { "goog-managed-by": "firebase-functions", "goog-cloudfunctions-runtime": "nodejs24" },
          annotations: { "firebase-functions-metadata": '{"functionId":"sendMail"}' },
        }),
      ],
    });
    expect(names(read)).toEqual(["europe-west1/sendMail"]);
    expect(read.facts?.functions[0]).toMatchObject({
      generation: 2,
      runtime: "nodejs24",
      deployer: "firebase",
      codebase: "default",
    });
    expect(read.facts?.services).toEqual([]);
  });

  test("a service of a function that is not listed still takes part in quotas", async () => {
    const read = await look({ regions, services: [serviceOf("ghost", "europe-west1")] });
    expect(read.facts?.services.map((service) => service.name)).toEqual(["ghost"]);
  });

  test("run.app URLs that are switched off are not shown as reaching the function", async () => {
    const read = await look({
      regions,
      functions: [gen2("a", "europe-west1")],
      services: [serviceOf("a", "europe-west1", { defaultUriDisabled: true })],
    });
    expect(read.facts?.functions[0]?.urls).toEqual(["https://europe-west1-acme.cloudfunctions.net/a"]);
  });
});

describe("listing functions", () => {
  const fleet = regions.flatMap((region) => Array.from({ length: 5 }, (_, index) => gen2(`f${index}`, region)));

  test("one page of all regions is enough where it holds them all", async () => {
    const read = await look({ regions, functions: fleet }, undefined, []);
    expect(names(read)).toHaveLength(20);
    expect(read.twin.asked("/functions")).toEqual([
      "cloudfunctions.googleapis.com/v2/projects/acme/locations/-/functions",
    ]);
  });

  test("several pages are read per region, and each function once", async () => {
    const read = await look({ regions, functions: fleet, pageSize: 3 }, undefined, []);
    expect(read.gaps).toEqual([]);
    expect(names(read)).toHaveLength(20);
    expect(new Set(names(read))).toHaveProperty("size", 20);
    expect(read.twin.asked("locations/-/functions")).toHaveLength(1);
    expect(read.twin.asked("locations/us-central1/functions")).toHaveLength(2);
  });

  test("where the locations cannot be read, the pages of all regions are followed", async () => {
    const read = await look({ regions, functions: fleet, pageSize: 3 }, refuses(/\/locations$/), []);
    expect(names(read)).toHaveLength(20);
    expect(read.gaps).toEqual([]);
    expect(read.twin.asked("locations/-/functions")).toHaveLength(7);
  });

  test("an API that refuses `-` is asked per region", async () => {
    const fault: Fault = (request, response) => {
      if (!request.path.endsWith("/locations/-/functions")) return false;
      sendJson(response, googleErrorBody(400, "INVALID_ARGUMENT", "Invalid location: -"), 400);
      return true;
    };
    const read = await look({ regions, functions: fleet }, fault, []);
    expect(names(read)).toHaveLength(20);
    expect(read.gaps).toEqual([]);
  });

  test.each([["europe-west4"], ["projects/acme/locations/europe-west4"]])(
    "an unreachable region (%s) is asked directly, and is a gap if that fails",
    async (written) => {
      const fault: Fault = (request, response) => {
        if (request.path.endsWith("/locations/-/functions")) {
          sendJson(response, { functions: [gen2("a", "europe-west1")], unreachable: [written] });
          return true;
        }
        if (!request.path.endsWith("/locations/europe-west4/functions")) return false;
        sendJson(response, googleErrorBody(503, "UNAVAILABLE", "Backend unavailable"), 503);
        return true;
      };
      const read = await look({ regions }, fault, []);
      expect(names(read)).toEqual(["europe-west1/a"]);
      expect(read.gaps).toEqual([
        {
          source: "deployed",
          facet: "functions",
          scope: "europe-west4",
          region: "europe-west4",
          reason: "cloudfunctions.googleapis.com answered 503 UNAVAILABLE: Backend unavailable",
        },
      ]);
    },
  );

  test("an unreachable region that answers when asked directly is no gap", async () => {
    const fault: Fault = (request, response) => {
      if (!request.path.endsWith("/locations/-/functions")) return false;
      sendJson(response, { unreachable: ["europe-west4"] });
      return true;
    };
    const read = await look({ regions, functions: [gen2("back", "europe-west4")] }, fault, []);
    expect(names(read)).toEqual(["europe-west4/back"]);
    expect(read.gaps).toEqual([]);
  });

  test("a region that calls itself unreachable is a gap", async () => {
    const fault: Fault = (request, response) => {
      if (!/\/locations\/(-|europe-west4)\/functions$/.test(request.path)) return false;
      sendJson(response, { unreachable: ["europe-west4"] });
      return true;
    };
    const read = await look({ regions }, fault, []);
    expect(read.facts?.functions).toEqual([]);
    expect(read.gaps).toMatchObject([
      { facet: "functions", region: "europe-west4", reason: "Google could not reach this region (unreachable)" },
    ]);
  });

  test("a refusal in one region is a gap of that region alone", async () => {
    const read = await look(
      { regions, functions: fleet, pageSize: 3 },
      refuses(/locations\/us-central1\/functions$/, "Location us-central1 is not allowed."),
      [],
    );
    expect(names(read)).toHaveLength(15);
    expect(read.gaps).toEqual([
      {
        source: "deployed",
        facet: "functions",
        scope: "us-central1",
        region: "us-central1",
        reason: "cloudfunctions.googleapis.com answered 403 PERMISSION_DENIED: Location us-central1 is not allowed.",
      },
    ]);
  });

  test("a connection that dies on the second page keeps the first page and leaves a gap", async () => {
    const fault: Fault = (request, response) => {
      if (!request.path.includes("europe-west3/functions") || !request.query.has("pageToken")) return false;
      response.writeHead(200, { "content-type": "application/json", "content-length": "9999" });
      response.write('{"functions":[{"na');
      setTimeout(() => response.destroy(), 2);
      return true;
    };
    const read = await look({ regions, functions: fleet, pageSize: 3 }, fault, []);
    expect(names(read)).toHaveLength(18);
    expect(read.gaps).toMatchObject([{ facet: "functions", region: "europe-west3" }]);
    expect(read.gaps[0]?.reason).toMatch(/^the connection to cloudfunctions\.googleapis\.com failed/);
  });

  test("records that cannot be understood are counted in a gap, never dropped in silence", async () => {
    const read = await look(
      { regions, functions: [gen2("a", "europe-west1"), { name: "nonsense" }, { state: "ACTIVE" }] },
      undefined,
      [],
    );
    expect(names(read)).toEqual(["europe-west1/a"]);
    expect(read.gaps).toEqual([
      {
        source: "deployed",
        facet: "functions",
        scope: "*",
        region: null,
        reason: "2 records of Google's answer could not be understood",
      },
    ]);
  });

  test("names that Google writes with the project's number belong to the project", async () => {
    const record = gen2("a", "europe-west1", { name: "projects/4815162342/locations/europe-west1/functions/a" });
    const read = await look({ regions, functions: [record] }, undefined, []);
    expect(read.facts?.functions[0]?.project).toBe("acme");
  });
});

describe("nothing could be read", () => {
  const total: readonly (readonly [string, Fault, RegExp])[] = [
    ["a refusal", refuses(/./), /answered 403 PERMISSION_DENIED: Permission denied on resource\./],
    [
      "a switched-off API",
      switchedOff("cloudfunctions.googleapis.com", "projects/acme"),
      /is not enabled in project acme/,
    ],
    [
      "HTML instead of JSON",
      (_request, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.end("<html><body>Sign in to the proxy</body></html>");
        return true;
      },
      /^the answer of cloudfunctions\.googleapis\.com makes no sense: HTML where JSON was due$/,
    ],
    [
      "JSON of another shape",
      (_request, response) => {
        sendJson(response, { hello: "world" });
        return true;
      },
      /holds no list of functions/,
    ],
    [
      "a list that is none",
      (_request, response) => {
        sendJson(response, { functions: "many" });
        return true;
      },
      /holds no list of functions/,
    ],
  ];

  test.each(total)("%s: no facts, and one gap that says why", async (_name, fault, reason) => {
    const read = await look({ regions }, fault);
    expect(read.facts).toBeNull();
    expect(read.gaps).toHaveLength(1);
    expect(read.gaps[0]).toMatchObject({ source: "deployed", facet: "functions", scope: "*", region: null });
    expect(read.gaps[0]?.reason).toMatch(reason);
  });

  test("functions that fail in every region, though the locations are known, are one gap", async () => {
    const read = await look({ regions }, (request, response) => {
      if (!request.path.endsWith("/functions")) return false;
      sendJson(response, googleErrorBody(500, "INTERNAL", "Internal error"), 500);
      return true;
    });
    expect(read.facts).toBeNull();
    expect(read.gaps.map((gap) => gap.reason)).toEqual([
      "cloudfunctions.googleapis.com answered 500 INTERNAL: Internal error (the same in all 4 regions)",
    ]);
  });

  test("an abort rejects with the signal's reason", async () => {
    const { createGoogle } = await import("../../src/clients/google.ts");
    const twin = await startTwin({ regions }, () => true);
    twins.push(twin);
    const stop = new AbortController();
    const google = createGoogle({ endpoint: { base: twin.server.base }, token: async () => "t", signal: stop.signal });
    const reason = new Error("interrupted");
    setTimeout(() => stop.abort(reason), 20);
    await expect(readDeployedLive(google, "acme", { now })).rejects.toBe(reason);
  });
});

describe("parts that could not be read", () => {
  const one = { regions, functions: [gen2("a", "europe-west1")] };

  test.each([
    ["services", /run\.googleapis\.com.*\/services$/],
    ["triggers", /eventarc/],
    ["databases", /firestore/],
    ["buckets", /storage/],
    ["usage", /monitoring/],
    ["locations", /cloudfunctions.*\/locations$/],
  ])("%s refused: a gap of that facet, everything else read", async (facet, path) => {
    const read = await look(one, refuses(path));
    expect(names(read)).toEqual(["europe-west1/a"]);
    expect(read.gaps).toMatchObject([{ source: "deployed", facet, scope: "*", region: null }]);
  });

  test.each([
    ["jobs", "cloudscheduler"],
    ["queues", "cloudtasks"],
  ])(
    "%s: where the locations are refused, the functions' regions are asked, and the rest is a gap",
    async (facet, api) => {
      const read = await look(one, refuses(new RegExp(`${api}.*/locations$`)));
      expect(read.gaps).toMatchObject([{ facet, scope: "*", region: null }]);
      expect(read.gaps[0]?.reason).toMatch(/^only 1 region was asked: cloud/);
      expect(read.twin.asked(`${api}.googleapis.com`)).toHaveLength(2);
    },
  );

  test("jobs refused in one region: a gap of that region", async () => {
    const read = await look(one, refuses(/europe-west3\/jobs$/));
    expect(read.gaps).toMatchObject([{ facet: "jobs", scope: "europe-west3", region: "europe-west3" }]);
  });

  test("runtimes refused: a gap per region that has functions", async () => {
    const read = await look(one, refuses(/\/runtimes$/));
    expect(read.gaps).toMatchObject([{ facet: "runtimes", region: "europe-west1" }]);
  });

  test("Scheduler switched off in the very project means there are no jobs", async () => {
    const services = [serviceOf("a", "europe-west1")];
    for (const consumer of ["projects/acme", "projects/4815162342"]) {
      const read = await look({ ...one, services }, switchedOff("cloudscheduler.googleapis.com", consumer));
      expect(read.gaps).toEqual([]);
      expect(read.facts?.jobs).toEqual([]);
    }
  });

  test("Scheduler switched off in another project that pays for the calls says nothing, so it is a gap", async () => {
    const read = await look(one, switchedOff("cloudscheduler.googleapis.com", "projects/764086051850"));
    expect(read.gaps).toMatchObject([
      { facet: "jobs", region: null, reason: "cloudscheduler.googleapis.com is not enabled in project 764086051850" },
    ]);
  });

  test("Cloud Run or Monitoring switched off is a gap even in the very project", async () => {
    const run = await look(one, switchedOff("run.googleapis.com", "projects/acme"), ["services"]);
    expect(run.gaps).toMatchObject([{ facet: "services" }]);
    const monitoring = await look(one, switchedOff("monitoring.googleapis.com", "projects/acme"), ["usage"]);
    expect(monitoring.gaps).toMatchObject([{ facet: "usage" }]);
  });
});

describe("invokers", () => {
  const many = ["europe-west1", "europe-west3"].flatMap((region) =>
    Array.from({ length: 200 }, (_, index) => gen2(`f${index}`, region)),
  );

  test("refused in one region: one gap for its functions, few calls, the other region read", async () => {
    const policies = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`europe-west3/services/f${index}`, publicPolicy]),
    );
    const read = await look(
      { regions, functions: many, policies },
      refuses(/europe-west1\/services\/.*getIamPolicy$/, "Permission 'run.services.getIamPolicy' denied."),
      ["invokers"],
    );
    expect(read.gaps).toEqual([
      {
        source: "deployed",
        facet: "invokers",
        scope: "europe-west1",
        region: "europe-west1",
        reason:
          "who may call 200 functions could not be read: run.googleapis.com answered 403 PERMISSION_DENIED: Permission 'run.services.getIamPolicy' denied.",
      },
    ]);
    const access = new Map<string, number>();
    for (const { region, invoker } of read.facts?.functions ?? []) {
      const key = `${region} ${invoker}`;
      access.set(key, (access.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(access)).toEqual({ "europe-west1 null": 200, "europe-west3 public": 200 });
    expect(read.twin.asked("europe-west1/services").length).toBeLessThan(130);
  });

  test("a policy of others, or for signed-in Google users, is restricted", async () => {
    const bound = (role: string, ...members: string[]) => ({ bindings: [{ role, members }] });
    const read = await look(
      {
        regions,
        functions: ["a", "b", "c", "d"].map((id) => gen2(id, "europe-west1")),
        policies: {
          "europe-west1/services/a": bound("roles/run.invoker", "serviceAccount:x@acme.iam.gserviceaccount.com"),
          "europe-west1/services/b": bound("roles/run.invoker", "allAuthenticatedUsers"),
          "europe-west1/services/c": bound("roles/run.viewer", "allUsers"),
          "europe-west1/services/d": bound("roles/run.invoker", "user:x@acme.com", "allUsers"),
        },
      },
      undefined,
      ["invokers"],
    );
    expect(read.facts?.functions.map((fact) => fact.invoker)).toEqual([
      "restricted",
      "restricted",
      "restricted",
      "public",
    ]);
  });

  test("a failed function without a service is no gap; an active one is", async () => {
    const fault: Fault = (request, response) => {
      if (!request.path.endsWith(":getIamPolicy")) return false;
      sendJson(response, googleErrorBody(404, "NOT_FOUND", "Resource not found."), 404);
      return true;
    };
    const functions = [gen2("failed", "europe-west1", { state: "FAILED" }), gen2("gone", "europe-west3")];
    const read = await look({ regions, functions }, fault, ["invokers"]);
    expect(read.gaps).toMatchObject([{ facet: "invokers", region: "europe-west3" }]);
  });
});
