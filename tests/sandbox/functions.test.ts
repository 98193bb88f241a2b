import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, run, startSmall, testClock } from "./client.ts";

const wanted = {
  buildConfig: { runtime: "nodejs22", entryPoint: "sendInvoice" },
  serviceConfig: {
    availableMemory: "512Mi",
    availableCpu: "1",
    maxInstanceCount: 5,
    environmentVariables: { A_b: "1" },
  },
  labels: { "deployment-tool": "cli-firebase", "deployment-callable": "true" },
};
const invoice = `${functions}/europe-west2/functions/sendInvoice`;
const create = `${functions}/europe-west2/functions?functionId=sendInvoice`;
const service = `${run}/europe-west2/services/sendinvoice`;

describe("functions of the second generation", () => {
  const clock = testClock();
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSmall(null, clock.now);
  });
  afterEach(() => sandbox.close());

  it("goes from DEPLOYING to ACTIVE when its operation ends, and then has a service", async () => {
    sandbox.faults.add({ do: { kind: "operation-slow", ms: 60_000 } });
    const begun = await ask(sandbox, "POST", create, wanted);
    expect(begun.status).toBe(200);
    const operation = String(begun.body.name);
    expect(operation).toMatch(/^projects\/acme-test\/locations\/europe-west2\/operations\/operation-[\w-]+$/);
    expect(begun.body.done).toBeUndefined();
    expect((await ask(sandbox, "GET", invoice)).body.state).toBe("DEPLOYING");
    expect((await ask(sandbox, "GET", service)).status).toBe(404);

    clock.advance(59_999);
    const during = await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${operation}`);
    expect(during.body.done).toBeUndefined();
    clock.advance(1);
    const after = await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${operation}`);
    expect(after.body).toMatchObject({
      done: true,
      metadata: {
        operationType: "CREATE_FUNCTION",
        target: "projects/acme-test/locations/europe-west2/functions/sendInvoice",
      },
      response: { "@type": "type.googleapis.com/google.cloud.functions.v2.Function", state: "ACTIVE" },
    });
    const active = (await ask(sandbox, "GET", invoice)).body;
    expect(active).toMatchObject({
      state: "ACTIVE",
      environment: "GEN_2",
      url: "https://europe-west2-acme-test.cloudfunctions.net/sendInvoice",
      updateTime: clock.now().toISOString(),
      serviceConfig: {
        availableMemory: "512Mi",
        timeoutSeconds: 60,
        maxInstanceRequestConcurrency: 1,
        uri: "https://sendinvoice-k3v7q2m9xa-nw.a.run.app",
        service: "projects/acme-test/locations/europe-west2/services/sendinvoice",
        serviceAccountEmail: "123456789012-compute@developer.gserviceaccount.com",
      },
    });
    expect((await ask(sandbox, "GET", service)).body).toMatchObject({
      labels: { "goog-managed-by": "cloudfunctions", "deployment-callable": "true" },
      annotations: { "cloudfunctions.googleapis.com/function-id": "sendInvoice" },
      template: {
        containers: [{ resources: { limits: { cpu: "1", memory: "512Mi" } } }],
        scaling: { maxInstanceCount: 5 },
      },
      urls: [
        "https://sendinvoice-123456789012.europe-west2.run.app",
        "https://europe-west2-acme-test.cloudfunctions.net/sendInvoice",
        "https://sendinvoice-k3v7q2m9xa-nw.a.run.app",
      ],
    });
  });

  it("has no invoker in a new region until one is bound", async () => {
    await ask(sandbox, "POST", create, wanted);
    expect((await ask(sandbox, "GET", `${service}:getIamPolicy`)).body).toEqual({ etag: "ACAB" });
    const bindings = [{ role: "roles/run.invoker", members: ["allUsers"] }];
    const set = await ask(sandbox, "POST", `${service}:setIamPolicy`, { policy: { etag: "ACAB", bindings } });
    expect(set.body.bindings).toEqual(bindings);
    expect((await ask(sandbox, "GET", `${service}:getIamPolicy`)).body.bindings).toEqual(bindings);
    const stale = await ask(sandbox, "POST", `${service}:setIamPolicy`, { policy: { etag: "ACAB", bindings: [] } });
    expect([stale.status, errorOf(stale.body).status]).toEqual([409, "ABORTED"]);
  });

  it("changes only the fields of the mask, and clears one that the mask names and the body lacks", async () => {
    await ask(sandbox, "POST", create, wanted);
    const mask = "name,serviceConfig.max_instance_count,labels,serviceConfig.environmentVariables";
    const begun = await ask(sandbox, "PATCH", `${invoice}?updateMask=${mask}`, {
      serviceConfig: { maxInstanceCount: 7, availableMemory: "1Gi" },
      labels: { "deployment-tool": "regions" },
    });
    expect(begun.status).toBe(200);
    const { body } = await ask(sandbox, "GET", invoice);
    expect(body.labels).toEqual({ "deployment-tool": "regions" });
    expect(body.serviceConfig).toMatchObject({ maxInstanceCount: 7, availableMemory: "512Mi", availableCpu: "1" });
    expect(body.serviceConfig).not.toHaveProperty("environmentVariables");
    expect(body.buildConfig).toMatchObject({ runtime: "nodejs22", entryPoint: "sendInvoice" });
    expect((body.serviceConfig as { revision: string }).revision).toMatch(/^sendinvoice-00002-/);
  });

  it("replaces every field where no mask is given, and keeps what only the server knows", async () => {
    await ask(sandbox, "POST", create, wanted);
    await ask(sandbox, "PATCH", invoice, { buildConfig: { runtime: "nodejs24", entryPoint: "other" } });
    const { body } = await ask(sandbox, "GET", invoice);
    expect(body).not.toHaveProperty("labels");
    expect(body.buildConfig).toMatchObject({ runtime: "nodejs24", entryPoint: "other", automaticUpdatePolicy: {} });
    expect(body.serviceConfig).toMatchObject({
      maxInstanceCount: 100,
      availableMemory: "256M",
      availableCpu: "0.1666",
      uri: "https://sendinvoice-k3v7q2m9xa-nw.a.run.app",
    });
    expect(body.url).toBe("https://europe-west2-acme-test.cloudfunctions.net/sendInvoice");
  });

  it("is FAILED with the reason when its operation ends in an error", async () => {
    const message = "Quota exceeded for total allowable CPU per project per region.";
    sandbox.faults.add({
      match: { region: "europe-west2" },
      times: 1,
      do: { kind: "operation-error", message, code: 8 },
    });
    const begun = await ask(sandbox, "POST", create, wanted);
    const ended = await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${begun.body.name}`);
    expect(ended.body).toMatchObject({ done: true, error: { code: 8, message } });
    expect(ended.body).not.toHaveProperty("response");
    expect((await ask(sandbox, "GET", invoice)).body).toMatchObject({
      state: "FAILED",
      stateMessages: [{ severity: "ERROR", message }],
    });
    expect((await ask(sandbox, "GET", service)).status).toBe(404);
  });

  it("takes its service, bindings and event trigger along when it is deleted, and leaves job and queue", async () => {
    const trigger = "eventarc.googleapis.com/v1/projects/acme-test/locations/-/triggers";
    expect((await ask(sandbox, "GET", trigger)).body.triggers).toHaveLength(1);
    for (const [region, name] of [
      ["europe-west3", "onProviderCreated"],
      ["europe-west1", "nightlyExport"],
      ["europe-west3", "executeScheduledCall"],
      ["europe-west1", "stripeWebhook"],
    ]) {
      const begun = await ask(sandbox, "DELETE", `${functions}/${region}/functions/${name}`);
      const ended = await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${begun.body.name}`);
      expect(ended.body).toMatchObject({
        done: true,
        response: { "@type": "type.googleapis.com/google.protobuf.Empty" },
      });
      expect((await ask(sandbox, "GET", `${functions}/${region}/functions/${name}`)).status).toBe(404);
    }
    expect((await ask(sandbox, "GET", trigger)).body).toEqual({});
    expect((await ask(sandbox, "GET", `${run}/europe-west1/services/stripewebhook:getIamPolicy`)).status).toBe(404);
    const jobs = await ask(
      sandbox,
      "GET",
      "cloudscheduler.googleapis.com/v1/projects/acme-test/locations/europe-west1/jobs",
    );
    expect(jobs.body.jobs).toMatchObject([{ state: "ENABLED" }]);
    const queues = await ask(
      sandbox,
      "GET",
      "cloudtasks.googleapis.com/v2/projects/acme-test/locations/europe-west3/queues",
    );
    expect(queues.body.queues).toMatchObject([
      { name: "projects/acme-test/locations/europe-west3/queues/executeScheduledCall" },
    ]);
  });

  it("gives an event function its trigger where the events come from", async () => {
    const event = {
      eventType: "google.cloud.firestore.document.v1.updated",
      triggerRegion: "eur3",
      eventFilters: [{ attribute: "database", value: "(default)" }],
    };
    await ask(sandbox, "POST", create, { ...wanted, eventTrigger: event });
    const listed = await ask(sandbox, "GET", "eventarc.googleapis.com/v1/projects/acme-test/locations/eur3/triggers");
    const own = (listed.body.triggers as { destination: { cloudFunction: string }; eventFilters: unknown }[]).find(
      (item) => item.destination.cloudFunction.endsWith("/sendInvoice"),
    );
    expect(own?.eventFilters).toEqual([
      { attribute: "type", value: "google.cloud.firestore.document.v1.updated" },
      { attribute: "database", value: "(default)" },
    ]);
    const moved = await ask(sandbox, "PATCH", `${invoice}?updateMask=eventTrigger`, {
      eventTrigger: { ...event, triggerRegion: "nam5" },
    });
    expect([moved.status, errorOf(moved.body).status]).toEqual([400, "INVALID_ARGUMENT"]);
  });

  it.each([
    ["the same name", "europe-west1/functions?functionId=stripeWebhook", wanted, 409, "ALREADY_EXISTS"],
    [
      "a name that folds to the same service",
      "europe-west1/functions?functionId=stripewebhook",
      wanted,
      409,
      "ALREADY_EXISTS",
    ],
    [
      "the name of a plain Run service",
      "europe-west1/functions?functionId=image_resizer",
      wanted,
      409,
      "ALREADY_EXISTS",
    ],
    ["no function ID", "europe-west1/functions", wanted, 400, "INVALID_ARGUMENT"],
    ["a region that is none", "europe-west99/functions?functionId=a", wanted, 403, "PERMISSION_DENIED"],
    [
      "a runtime that Google no longer builds",
      "europe-west1/functions?functionId=a",
      { buildConfig: { runtime: "nodejs20" } },
      400,
      "INVALID_ARGUMENT",
    ],
    [
      "a field that a function does not have",
      "europe-west1/functions?functionId=a",
      { ...wanted, memory: 5 },
      400,
      "INVALID_ARGUMENT",
    ],
    ["a body that is no object", "europe-west1/functions?functionId=a", [1], 400, "INVALID_ARGUMENT"],
  ])("refuses to create with %s", async (_, path, body, status, name) => {
    const answer = await ask(sandbox, "POST", `${functions}/${path}`, body);
    expect(answer.status).toBe(status);
    expect(errorOf(answer.body)).toMatchObject({ code: status, status: name });
  });

  it("refuses a change while another is under way", async () => {
    sandbox.faults.add({ do: { kind: "operation-slow", ms: 1000 } });
    await ask(sandbox, "POST", create, wanted);
    const answer = await ask(sandbox, "PATCH", `${invoice}?updateMask=labels`, { labels: {} });
    expect([answer.status, errorOf(answer.body).status]).toEqual([409, "ABORTED"]);
  });

  it("takes a source archive at the address it offered, without further credentials", async () => {
    const offered = await ask(sandbox, "POST", `${functions}/europe-west2/functions:generateUploadUrl`, {});
    expect(offered.body.storageSource).toMatchObject({
      bucket: "gcf-v2-uploads-123456789012.europe-west2.cloudfunctions.appspot.com",
    });
    const put = await fetch(String(offered.body.uploadUrl), { method: "PUT", body: "zip" });
    expect([put.status, put.headers.get("x-goog-generation")]).toEqual([200, String(clock.now().getTime() * 1000)]);
  });
});

describe("functions of the first generation", () => {
  const v1 = "cloudfunctions.googleapis.com/v1";
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSmall();
  });
  afterEach(() => sandbox.close());

  it("are listed alone by v1, in its own fields", async () => {
    const { body } = await ask(sandbox, "GET", `${v1}/projects/acme-test/locations/-/functions`);
    expect(body.functions).toMatchObject([
      {
        name: "projects/acme-test/locations/us-central1/functions/legacyCleanup",
        eventTrigger: {
          eventType: "providers/cloud.firestore/eventTypes/document.delete",
          resource: "projects/acme-test/databases/(default)/documents/users/{id}",
          service: "firestore.googleapis.com",
        },
      },
      {
        name: "projects/acme-test/locations/us-central1/functions/legacyReport",
        status: "ACTIVE",
        runtime: "nodejs18",
        availableMemoryMb: 256,
        timeout: "60s",
        httpsTrigger: { url: "https://us-central1-acme-test.cloudfunctions.net/legacyReport" },
      },
    ]);
    const second = await ask(sandbox, "GET", `${v1}/projects/acme-test/locations/europe-west1/functions/stripeWebhook`);
    expect(second.status).toBe(404);
  });

  it("are created, updated by mask and deleted through v1, whose operations lie under no location", async () => {
    const name = "projects/acme-test/locations/europe-west1/functions/oldStyle";
    const body = {
      name,
      runtime: "nodejs22",
      entryPoint: "oldStyle",
      httpsTrigger: {},
      timeout: "90s",
      maxInstances: 3,
    };
    const begun = await ask(sandbox, "POST", `${v1}/projects/acme-test/locations/europe-west1/functions`, body);
    expect(begun.body.name).toMatch(/^operations\/[\w-]+$/);
    const ended = await ask(sandbox, "GET", `${v1}/${begun.body.name}`);
    expect(ended.body).toMatchObject({ done: true, response: { status: "ACTIVE", versionId: "1", timeout: "90s" } });
    const unmasked = await ask(sandbox, "PATCH", `${v1}/${name}`, { maxInstances: 4 });
    expect(unmasked.status).toBe(400);
    await ask(sandbox, "PATCH", `${v1}/${name}?updateMask=maxInstances`, { maxInstances: 4, timeout: "5s" });
    const changed = (await ask(sandbox, "GET", `${v1}/${name}`)).body;
    expect(changed).toMatchObject({ maxInstances: 4, timeout: "90s", versionId: "2" });
    expect((await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${name}`)).body.environment).toBe("GEN_1");
    await ask(sandbox, "DELETE", `${v1}/${name}`);
    expect((await ask(sandbox, "GET", `${v1}/${name}`)).status).toBe(404);
  });
});

function errorOf(body: Record<string, unknown>): Record<string, unknown> {
  return body.error as Record<string, unknown>;
}
