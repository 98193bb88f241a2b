import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, run, startSmall } from "./client.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSmall();
});
afterAll(() => sandbox.close());

const names = (items: unknown) => (items as { name: string }[]).map((item) => item.name.split("/").slice(3).join("/"));

describe("lists", () => {
  it("shows both generations over all locations, in pages that join without a seam", async () => {
    const pages: string[][] = [];
    let token = "";
    do {
      const { body } = await ask(sandbox, "GET", `${functions}/-/functions?pageSize=4&pageToken=${token}`);
      pages.push(names(body.functions));
      token = String(body.nextPageToken ?? "");
    } while (token !== "");
    expect(pages.map((page) => page.length)).toEqual([4, 4, 2]);
    expect(pages.flat()).toEqual([
      "europe-west1/functions/checkSignIn",
      "europe-west1/functions/nightlyExport",
      "europe-west1/functions/registerChatter",
      "europe-west1/functions/stripeWebhook",
      "europe-west2/functions/registerChatter",
      "europe-west3/functions/createPaymentIntent",
      "europe-west3/functions/executeScheduledCall",
      "europe-west3/functions/onProviderCreated",
      "us-central1/functions/legacyCleanup",
      "us-central1/functions/legacyReport",
    ]);
  });

  it("keeps to one location and one generation where asked", async () => {
    const one = await ask(sandbox, "GET", `${functions}/europe-west2/functions`);
    expect(names(one.body.functions)).toEqual(["europe-west2/functions/registerChatter"]);
    const filter = encodeURIComponent('environment="GEN_1"');
    const first = await ask(sandbox, "GET", `${functions}/-/functions?filter=${filter}`);
    expect(names(first.body.functions)).toEqual([
      "us-central1/functions/legacyCleanup",
      "us-central1/functions/legacyReport",
    ]);
    const none = await ask(sandbox, "GET", `${functions}/asia-east1/functions`);
    expect(none.body).toEqual({});
  });

  it("answers only the fields that are asked for", async () => {
    const fields = "nextPageToken,functions(name,serviceConfig/availableCpu),functions/buildConfig(runtime)";
    const { body } = await ask(
      sandbox,
      "GET",
      `${functions}/europe-west2/functions?fields=${encodeURIComponent(fields)}`,
    );
    expect(body).toEqual({
      functions: [
        {
          name: "projects/acme-test/locations/europe-west2/functions/registerChatter",
          serviceConfig: { availableCpu: "0.1666" },
          buildConfig: { runtime: "nodejs22" },
        },
      ],
    });
    const wrong = await ask(sandbox, "GET", `${functions}/europe-west2/functions?fields=functions(name`);
    expect(wrong.status).toBe(400);
  });

  it.each([
    ["a token of another list", `${functions}/-/functions?pageToken=W10`, 400],
    ["a filter it does not know", `${functions}/-/functions?filter=state%3DACTIVE`, 501],
    ["another project", "cloudfunctions.googleapis.com/v2/projects/acme-prod/locations/-/functions", 403],
    ["all locations of Scheduler at once", "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/-/jobs", 400],
    ["all locations of Tasks at once", "cloudtasks.googleapis.com/v2/projects/acme-test/locations/-/queues", 400],
    ["a location that is none", `${run}/europe-west99/services`, 403],
  ])("refuses %s", async (_, path, status) => {
    expect((await ask(sandbox, "GET", path)).status).toBe(status);
  });

  it("gives every function of the second generation a Run service beside those that stand alone", async () => {
    const { body } = await ask(sandbox, "GET", `${run}/-/services?fields=services(name,labels/goog-managed-by)`);
    expect(names(body.services)).toEqual([
      "europe-west1/services/checksignin",
      "europe-west1/services/image-resizer",
      "europe-west1/services/nightlyexport",
      "europe-west1/services/registerchatter",
      "europe-west1/services/stripewebhook",
      "europe-west2/services/registerchatter",
      "europe-west3/services/createpaymentintent",
      "europe-west3/services/executescheduledcall",
      "europe-west3/services/onprovidercreated",
    ]);
    const managed = (body.services as { labels?: Record<string, string> }[]).filter(
      (service) => service.labels !== undefined,
    );
    expect(managed).toHaveLength(8);
  });

  it("writes the labels that firebase writes", async () => {
    const { body } = await ask(sandbox, "GET", `${functions}/-/functions?fields=functions(name,labels)`);
    const listed = body.functions as { name: string; labels: Record<string, string> }[];
    const labels = Object.fromEntries(
      listed.map(({ name, labels: { "firebase-functions-hash": hash = "", ...rest } }) => {
        expect(hash).toMatch(/^[0-9a-f]{40}$/);
        return [name.split("/").slice(3).join("/"), rest];
      }),
    );
    const tool = { "deployment-tool": "cli-firebase" };
    expect(labels).toMatchObject({
      "europe-west1/functions/checkSignIn": { ...tool, "deployment-blocking": "before-sign-in" },
      "europe-west1/functions/nightlyExport": { ...tool, "deployment-scheduled": "true" },
      "europe-west1/functions/stripeWebhook": tool,
      "europe-west2/functions/registerChatter": {
        ...tool,
        "deployment-callable": "true",
        "firebase-functions-codebase": "affiliate",
      },
      "europe-west3/functions/executeScheduledCall": { ...tool, "deployment-taskqueue": "true" },
    });
    expect(labels["europe-west1/functions/stripeWebhook"]).toEqual(tool);
  });

  it("binds everybody to what clients call, and nobody to what only Google calls", async () => {
    const bound = async (region: string, service: string) =>
      (await ask(sandbox, "GET", `${run}/${region}/services/${service}:getIamPolicy`)).body.bindings;
    const everybody = [{ role: "roles/run.invoker", members: ["allUsers"] }];
    expect(await bound("europe-west1", "stripewebhook")).toEqual(everybody);
    expect(await bound("europe-west3", "createpaymentintent")).toEqual(everybody);
    expect(await bound("europe-west1", "checksignin")).toEqual(everybody);
    expect(await bound("europe-west1", "nightlyexport")).toBeUndefined();
    expect(await bound("europe-west3", "executescheduledcall")).toBeUndefined();
    const first =
      "cloudfunctions.googleapis.com/v1/projects/acme-test/locations/us-central1/functions/legacyReport:getIamPolicy";
    expect((await ask(sandbox, "GET", first)).body.bindings).toEqual([
      { role: "roles/cloudfunctions.invoker", members: ["allUsers"] },
    ]);
  });

  it("says which region serves which generation, and when a runtime ends", async () => {
    const { body } = await ask(sandbox, "GET", functions);
    const metadata = (region: string) =>
      (body.locations as { locationId: string; metadata: { environments: string[] } }[]).find(
        (location) => location.locationId === region,
      )?.metadata.environments;
    expect(metadata("europe-west1")).toEqual(["GEN_1", "GEN_2"]);
    expect(metadata("europe-west4")).toEqual(["GEN_2"]);
    const runtimes = (await ask(sandbox, "GET", `${functions}/europe-west1/runtimes`)).body.runtimes as {
      name: string;
      environment: string;
    }[];
    expect(runtimes.filter((runtime) => runtime.name === "nodejs20")).toEqual(
      ["GEN_1", "GEN_2"].map((environment) => ({
        name: "nodejs20",
        displayName: "Node.js 20",
        stage: "DECOMMISSIONED",
        warnings: ["Node.js 20 is decommissioned."],
        environment,
        deprecationDate: { year: 2026, month: 4, day: 30 },
        decommissionDate: { year: 2026, month: 10, day: 30 },
      })),
    );
    expect(runtimes.filter((runtime) => runtime.name === "nodejs24").map((runtime) => runtime.environment)).toEqual([
      "GEN_2",
    ]);
  });

  it("answers whoever knows only the name of the host, and whoever knows neither host nor name", async () => {
    const path = "v2/projects/acme-test/locations/europe-west2/functions?fields=functions/name";
    const bare = await ask(sandbox, "GET", path);
    expect(names(bare.body.functions)).toEqual(["europe-west2/functions/registerChatter"]);
    const services = await ask(
      sandbox,
      "GET",
      "v2/projects/acme-test/locations/europe-west2/services?fields=services/name",
    );
    expect(names(services.body.services)).toEqual(["europe-west2/services/registerchatter"]);
  });
});

describe("what it does not know", () => {
  it.each([
    [
      "POST",
      "run.googleapis.com/v2/projects/acme-test/locations/europe-west1/services",
      "POST /v2/projects/acme-test/locations/europe-west1/services of run.googleapis.com",
    ],
    [
      "GET",
      "compute.googleapis.com/compute/v1/projects/acme-test/regions",
      "GET /compute/v1/projects/acme-test/regions of compute.googleapis.com",
    ],
    ["PUT", "v1/charges", "PUT /v1/charges"],
    ["GET", "_sandbox/nothing", "GET /_sandbox/nothing of _sandbox"],
    ["POST", "api.telegram.org/bot123:secret/sendInvoice", "POST /bot***/sendInvoice of api.telegram.org"],
  ])("fails by name: %s %s", async (method, path, named) => {
    const answer = await ask(sandbox, method, path, method === "GET" ? undefined : {});
    expect(answer.status).toBe(501);
    expect(answer.body.error).toMatchObject({
      status: "UNIMPLEMENTED",
      message: `the sandbox does not know this route: ${named}`,
    });
  });

  it("asks for credentials in each service's own words", async () => {
    const bare = async (path: string) => {
      const response = await fetch(`${sandbox.base}/${path}`);
      return [response.status, await response.json()];
    };
    expect(await bare(`${functions}/-/functions`)).toMatchObject([401, { error: { status: "UNAUTHENTICATED" } }]);
    expect(await bare("v1/webhook_endpoints")).toMatchObject([401, { error: { type: "invalid_request_error" } }]);
    const account = "AC0123456789abcdef0123456789abcdef";
    expect(await bare(`api.twilio.com/2010-04-01/Accounts/${account}/Applications.json`)).toMatchObject([
      401,
      { code: 20003 },
    ]);
    expect(await bare("api.telegram.org/bot1:nobody/getMe")).toEqual([
      401,
      { ok: false, error_code: 401, description: "Unauthorized" },
    ]);
    expect(await bare("_sandbox/log")).toMatchObject([401, {}]);
  });
});
