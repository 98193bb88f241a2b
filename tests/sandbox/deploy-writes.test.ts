import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, run, startSmall, testClock } from "./client.ts";

const clock = testClock();
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall(null, clock.now);
});
afterEach(() => sandbox.close());

const accounts = "iam.googleapis.com/v1/projects/acme-test/serviceAccounts";
const secrets = "secretmanager.googleapis.com/v1/projects/acme-test/secrets";

describe("service accounts and policies", () => {
  const project = "cloudresourcemanager.googleapis.com/v1/projects/acme-test";
  const email = "affiliate@acme-test.iam.gserviceaccount.com";

  it("creates an account once, changes it by mask with its etag, disables and deletes it", async () => {
    const body = {
      accountId: "affiliate",
      serviceAccount: { displayName: "Affiliate", description: "class affiliate" },
    };
    const created = await ask(sandbox, "POST", accounts, body);
    expect(created.body).toMatchObject({
      name: `projects/acme-test/serviceAccounts/${email}`,
      projectId: "acme-test",
      email,
      displayName: "Affiliate",
    });
    expect(created.body.uniqueId).toMatch(/^1\d{20}$/);
    expect((await ask(sandbox, "POST", accounts, body)).body.error).toMatchObject({
      code: 409,
      status: "ALREADY_EXISTS",
    });
    expect((await ask(sandbox, "POST", accounts, { accountId: "Short" })).status).toBe(400);
    const patch = {
      serviceAccount: { displayName: "B", description: "C", etag: created.body.etag },
      updateMask: "display_name",
    };
    expect((await ask(sandbox, "PATCH", `${accounts}/${email}`, patch)).body).toMatchObject({
      displayName: "B",
      description: "class affiliate",
    });
    expect((await ask(sandbox, "PATCH", `${accounts}/${email}`, patch)).status).toBe(409);
    await ask(sandbox, "POST", `${accounts}/${email}:disable`, {});
    expect((await ask(sandbox, "GET", `iam.googleapis.com/v1/projects/-/serviceAccounts/${email}`)).body.disabled).toBe(
      true,
    );
    await ask(sandbox, "DELETE", `${accounts}/${email}`);
    expect((await ask(sandbox, "GET", `${accounts}/${email}`)).body.error).toMatchObject({ status: "NOT_FOUND" });
  });

  it("takes a project policy with the etag it was read with, known members and conditions of version 3", async () => {
    const member = `serviceAccount:${email}`;
    const role = "roles/logging.logWriter";
    const before = await ask(sandbox, "POST", `${project}:getIamPolicy`, { options: { requestedPolicyVersion: 3 } });
    const set = (policy: object) => ask(sandbox, "POST", `${project}:setIamPolicy`, { policy });
    const stranger = await set({ etag: before.body.etag, bindings: [{ role, members: [member] }] });
    expect(stranger.body.error).toMatchObject({ code: 400, message: `Service account ${email} does not exist.` });
    await ask(sandbox, "POST", accounts, { accountId: "affiliate" });
    const condition = { title: "office", expression: "request.time.getHours() < 18" };
    const conditional = { role, members: [member], condition };
    expect((await set({ etag: before.body.etag, bindings: [conditional] })).status).toBe(400);
    const taken = await set({ etag: before.body.etag, version: 3, bindings: [conditional] });
    expect(taken.body).toMatchObject({ version: 3, bindings: [conditional] });
    const stale = await set({ etag: before.body.etag, bindings: [] });
    expect(stale.body.error).toMatchObject({ code: 409, status: "ABORTED" });
  });

  it("knows the policies of secrets", async () => {
    expect((await ask(sandbox, "GET", `${secrets}/NONE:getIamPolicy`)).body.error).toMatchObject({
      code: 404,
      message: "Secret [projects/123456789012/secrets/NONE] not found.",
    });
    await ask(sandbox, "POST", `${secrets}?secretId=STRIPE`, {});
    const bindings = [{ role: "roles/secretmanager.secretAccessor", members: ["user:a@example.com"] }];
    await ask(sandbox, "POST", `${secrets}/STRIPE:setIamPolicy`, { policy: { bindings } });
    expect((await ask(sandbox, "GET", `${secrets}/STRIPE:getIamPolicy`)).body.bindings).toEqual(bindings);
    expect((await ask(sandbox, "POST", `${secrets}?secretId=STRIPE`, {})).status).toBe(409);
  });

  it("holds a new function's service to its own policy", async () => {
    const service = `${run}/europe-west1/services/stripewebhook`;
    const { body } = await ask(sandbox, "GET", `${service}:getIamPolicy`);
    expect(body).toMatchObject({
      etag: "BwYAAAAAAAE=",
      bindings: [{ role: "roles/run.invoker", members: ["allUsers"] }],
    });
  });
});

describe("a trigger on a bucket", () => {
  const project = "cloudresourcemanager.googleapis.com/v1/projects/acme-test";
  const collection = `${functions}/europe-west1/functions`;

  it("is not made before Storage's own account may publish", async () => {
    const agent = await ask(sandbox, "GET", "storage.googleapis.com/storage/v1/projects/acme-test/serviceAccount");
    expect(agent.body).toEqual({
      kind: "storage#serviceAccount",
      email_address: "service-123456789012@gs-project-accounts.iam.gserviceaccount.com",
    });
    const source = { storageSource: { bucket: "acme-exports", object: "source.zip" } };
    const body = {
      buildConfig: { runtime: "nodejs22", entryPoint: "uploaded", source },
      eventTrigger: {
        eventType: "google.cloud.storage.object.v1.finalized",
        eventFilters: [{ attribute: "bucket", value: "acme-exports" }],
      },
    };
    await ask(
      sandbox,
      "POST",
      "storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=media&name=source.zip",
      {},
    );
    const create = async (name: string) => {
      const { body: operation } = await ask(sandbox, "POST", `${collection}?functionId=${name}`, body);
      clock.advance(60_000);
      return (await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${operation.name}`)).body.error;
    };
    expect(await create("uploaded")).toMatchObject({
      code: 3,
      message: expect.stringContaining("unable to publish to Cloud Pub/Sub topics in the specified project"),
    });
    const bindings = [{ role: "roles/pubsub.publisher", members: [`serviceAccount:${agent.body.email_address}`] }];
    expect((await ask(sandbox, "POST", `${project}:setIamPolicy`, { policy: { bindings } })).status).toBe(200);
    expect(await create("again")).toBeUndefined();
  });
});

describe("Pub/Sub topics", () => {
  const topics = "pubsub.googleapis.com/v1/projects/acme-test/topics";

  it("creates by PUT, patches by mask, deletes", async () => {
    expect((await ask(sandbox, "PUT", `${topics}/nightly`, { labels: { a: "1" } })).body).toEqual({
      name: "projects/acme-test/topics/nightly",
      labels: { a: "1" },
    });
    expect((await ask(sandbox, "PUT", `${topics}/nightly`, {})).status).toBe(409);
    expect((await ask(sandbox, "PUT", `${topics}/go`, {})).status).toBe(400);
    const patch = { topic: { messageRetentionDuration: "600s", labels: { b: "2" } } };
    expect((await ask(sandbox, "PATCH", `${topics}/nightly`, patch)).status).toBe(400);
    const changed = await ask(sandbox, "PATCH", `${topics}/nightly?updateMask=messageRetentionDuration`, patch);
    expect(changed.body).toMatchObject({ labels: { a: "1" }, messageRetentionDuration: "600s" });
    await ask(sandbox, "DELETE", `${topics}/nightly`);
    expect((await ask(sandbox, "GET", `${topics}/nightly`)).status).toBe(404);
  });
});

describe("Monitoring", () => {
  const policies = "monitoring.googleapis.com/v3/projects/acme-test/alertPolicies";
  const dashboards = "monitoring.googleapis.com/v1/projects/acme-test/dashboards";
  const threshold = {
    displayName: "vCPU over 24",
    conditionThreshold: {
      filter:
        'resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/container/cpu/allocation_time"',
      comparison: "COMPARISON_GT",
      thresholdValue: 24,
      duration: "300s",
    },
  };

  it("names policies and their conditions, and changes them by mask", async () => {
    const body = {
      displayName: "europe-west3",
      combiner: "OR",
      conditions: [threshold],
      documentation: { content: "why" },
    };
    const created = (await ask(sandbox, "POST", policies, body)).body;
    expect(created.name).toMatch(/^projects\/acme-test\/alertPolicies\/\d{19}$/);
    expect(created).toMatchObject({
      enabled: true,
      conditions: [
        { ...threshold, name: expect.stringMatching(/^projects\/acme-test\/alertPolicies\/\d+\/conditions\/\d+$/) },
      ],
      documentation: { content: "why", mimeType: "text/markdown" },
      creationRecord: { mutateTime: clock.now().toISOString() },
    });
    const id = String(created.name).split("/").at(-1);
    const changed = await ask(sandbox, "PATCH", `${policies}/${id}?updateMask=enabled`, {
      enabled: false,
      displayName: "x",
    });
    expect(changed.body).toMatchObject({ enabled: false, displayName: "europe-west3" });
    const empty = await ask(sandbox, "POST", policies, { ...body, conditions: [] });
    expect(empty.body.error).toMatchObject({
      details: [{ fieldViolations: [{ field: "alert_policy.conditions" }] }],
    });
    await ask(sandbox, "DELETE", `${policies}/${id}`);
    expect((await ask(sandbox, "GET", `${policies}/${id}`)).status).toBe(404);
  });

  it("names dashboards by the project's number and holds a change to the etag it was read with", async () => {
    const chart = { xyChart: { dataSets: [{ timeSeriesQuery: {}, plotType: "LINE" }] } };
    const body = { displayName: "regions", gridLayout: { widgets: [chart] } };
    const created = (await ask(sandbox, "POST", dashboards, body)).body;
    expect(created.name).toMatch(/^projects\/123456789012\/dashboards\/[0-9a-f-]{36}$/);
    expect(created).toMatchObject({
      gridLayout: { widgets: [{ xyChart: { dataSets: [{ plotType: "LINE", targetAxis: "Y1" }] } }] },
    });
    const path = `monitoring.googleapis.com/v1/${created.name}`;
    const change = { ...body, displayName: "fleet", etag: created.etag };
    expect((await ask(sandbox, "PATCH", path, change)).body.displayName).toBe("fleet");
    expect((await ask(sandbox, "PATCH", path, change)).body.error).toMatchObject({ code: 409, status: "ABORTED" });
    expect((await ask(sandbox, "POST", dashboards, { displayName: "none" })).status).toBe(400);
    await ask(sandbox, "DELETE", path);
    expect((await ask(sandbox, "GET", path)).status).toBe(404);
  });
});

describe("a write quota", () => {
  it("lets so many writes of a region through in its time, and tells the others when to come back", async () => {
    sandbox.faults.add({
      match: { host: "cloudfunctions.googleapis.com", method: "DELETE" },
      do: { kind: "rate", limit: 1, perMs: 60_000 },
    });
    const remove = (path: string) => ask(sandbox, "DELETE", `${functions}/${path}`);
    expect((await remove("europe-west1/functions/stripeWebhook")).status).toBe(200);
    clock.advance(20_000);
    const refused = await remove("europe-west1/functions/registerChatter");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "40"]);
    expect((await remove("europe-west2/functions/registerChatter")).status).toBe(200);
    clock.advance(40_000);
    expect((await remove("europe-west1/functions/registerChatter")).status).toBe(200);
  });
});
