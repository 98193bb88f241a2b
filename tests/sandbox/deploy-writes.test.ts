import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, run, startSmall, testClock } from "./client.ts";

const clock = testClock();
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSmall(null, clock.now);
});
afterEach(() => sandbox.close());

const storage = "storage.googleapis.com/storage/v1";
const accounts = "iam.googleapis.com/v1/projects/acme-test/serviceAccounts";
const secrets = "secretmanager.googleapis.com/v1/projects/acme-test/secrets";
const boundary = "part-of-an-upload";

/** An upload as Google's clients send it: the fields, then the content. */
async function upload(
  bucket: string,
  name: string,
  content: string,
  fields: object = {},
  query = "",
): Promise<Response> {
  const body = [
    `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(fields)}\r\n`,
    `--${boundary}\r\ncontent-type: application/zip\r\n\r\n${content}\r\n--${boundary}--`,
  ].join("");
  const target = `storage.googleapis.com/upload/storage/v1/b/${bucket}/o?uploadType=multipart&name=${encodeURIComponent(name)}`;
  return fetch(`${sandbox.base}/${target}${query}`, {
    method: "POST",
    headers: { authorization: "Bearer x", "content-type": `multipart/related; boundary=${boundary}` },
    body,
  });
}

describe("Cloud Storage", () => {
  it("creates, patches and deletes a bucket, and says what Google fills in", async () => {
    const body = { name: "acme-sources", location: "europe-west3", labels: { a: "1", b: "2" } };
    const created = await ask(sandbox, "POST", `${storage}/b?project=acme-test`, body);
    expect(created.body).toMatchObject({
      id: "acme-sources",
      location: "EUROPE-WEST3",
      locationType: "region",
      storageClass: "STANDARD",
      iamConfiguration: { uniformBucketLevelAccess: { enabled: false }, publicAccessPrevention: "inherited" },
      softDeletePolicy: { retentionDurationSeconds: "604800" },
      projectNumber: "123456789012",
      metageneration: "1",
    });
    expect(created.body).not.toHaveProperty("rpo");
    const again = await ask(sandbox, "POST", `${storage}/b?project=acme-test`, body);
    expect(again.body).toEqual({
      error: {
        code: 409,
        message: "Your previous request to create the named bucket succeeded and you already own it.",
        errors: [
          {
            message: "Your previous request to create the named bucket succeeded and you already own it.",
            domain: "global",
            reason: "conflict",
          },
        ],
      },
    });
    const patch = { labels: { a: null, c: "3" }, iamConfiguration: { uniformBucketLevelAccess: { enabled: true } } };
    expect((await ask(sandbox, "PATCH", `${storage}/b/acme-sources`, patch)).body).toMatchObject({
      labels: { b: "2", c: "3" },
      iamConfiguration: { bucketPolicyOnly: { enabled: true }, uniformBucketLevelAccess: { enabled: true } },
      metageneration: "2",
    });
    const moved = await ask(sandbox, "PATCH", `${storage}/b/acme-sources`, { location: "US" });
    expect(moved.status).toBe(400);
    const bad = await ask(sandbox, "POST", `${storage}/b?project=acme-test`, { name: "No_Capitals" });
    expect(bad.status).toBe(400);
    const deleted = await fetch(`${sandbox.base}/${storage}/b/acme-sources`, {
      method: "DELETE",
      headers: { authorization: "Bearer x" },
    });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect((await ask(sandbox, "GET", `${storage}/b/acme-sources`)).status).toBe(404);
  });

  it("keeps what is uploaded, with its checksums, and lets go of it again", async () => {
    const first = (await (await upload("acme-exports", "src/a b.zip", "123456789")).json()) as Record<string, string>;
    expect(first).toMatchObject({
      bucket: "acme-exports",
      name: "src/a b.zip",
      contentType: "application/zip",
      size: "9",
      md5Hash: createHash("md5").update("123456789").digest("base64"),
      // The published check value of this checksum: 0xE3069283.
      crc32c: "4waSgw==",
      metageneration: "1",
    });
    const path = `${storage}/b/acme-exports/o/src%2Fa%20b.zip`;
    expect((await ask(sandbox, "GET", path)).body).toEqual(first);
    const media = await fetch(`${sandbox.base}/${path}?alt=media`, { headers: { authorization: "Bearer x" } });
    expect([media.headers.get("content-type"), await media.text()]).toEqual(["application/zip", "123456789"]);
    expect((await ask(sandbox, "GET", `${storage}/b/acme-exports/o?prefix=src/`)).body.items).toEqual([first]);
    expect((await upload("acme-exports", "src/a b.zip", "x", {}, "&ifGenerationMatch=0")).status).toBe(412);
    const full = await ask(sandbox, "DELETE", `${storage}/b/acme-exports`);
    expect([full.status, (full.body.error as { message: string }).message]).toEqual([
      409,
      "The bucket you tried to delete is not empty.",
    ]);
    await fetch(`${sandbox.base}/${path}`, { method: "DELETE", headers: { authorization: "Bearer x" } });
    expect((await ask(sandbox, "GET", path)).status).toBe(404);
    expect((await upload("no-such-bucket", "a", "x")).status).toBe(404);
  });
});

describe("what a function is made of", () => {
  const create = `${functions}/europe-west2/functions?functionId=sendInvoice`;
  const wanted = (object: string, service: object = {}) => ({
    buildConfig: {
      runtime: "nodejs22",
      entryPoint: "sendInvoice",
      source: { storageSource: { bucket: "acme-exports", object } },
    },
    serviceConfig: { availableCpu: "1", availableMemory: "512Mi", maxInstanceCount: 5, ...service },
  });

  it("must have a source that is there, and is answered with the copy that Google keeps", async () => {
    const missing = await ask(sandbox, "POST", create, wanted("nothing.zip"));
    expect(missing.body.error).toEqual({
      code: 400,
      status: "INVALID_ARGUMENT",
      message:
        "The request has errors: build_config.source: Cloud Storage object gs://acme-exports/nothing.zip does not exist or cannot be read.",
      details: [
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [
            {
              field: "build_config.source",
              description: "Cloud Storage object gs://acme-exports/nothing.zip does not exist or cannot be read.",
            },
          ],
        },
      ],
    });
    const stored = (await (await upload("acme-exports", "a.zip", "zip")).json()) as Record<string, string>;
    expect((await ask(sandbox, "POST", create, wanted("a.zip"))).status).toBe(200);
    const { body } = await ask(sandbox, "GET", `${functions}/europe-west2/functions/sendInvoice`);
    expect(body.buildConfig).toMatchObject({
      source: {
        storageSource: {
          bucket: "gcf-v2-sources-123456789012-europe-west2",
          object: "sendInvoice/function-source.zip",
        },
      },
      sourceProvenance: {
        resolvedStorageSource: { bucket: "acme-exports", object: "a.zip", generation: stored.generation },
      },
      dockerRepository: "projects/acme-test/locations/europe-west2/repositories/gcf-artifacts",
      automaticUpdatePolicy: {},
    });
    expect(body.serviceConfig).toMatchObject({ environmentVariables: { LOG_EXECUTION_ID: "true" } });
  });

  it("may not claim more vCPU than the region grants", async () => {
    await upload("acme-exports", "a.zip", "zip");
    const answer = await ask(sandbox, "POST", create, wanted("a.zip", { availableCpu: "4", maxInstanceCount: 51 }));
    expect(answer.status).toBe(400);
    expect((answer.body.error as { message: string }).message).toContain(
      "Max instances must be set to 50 or fewer to set the requested total CPU. Quota violated: CpuAllocPerProjectRegion requested: 204000 allowed: 200000.",
    );
  });

  it("runs as an account that is there, which may read the secrets it names", async () => {
    await upload("acme-exports", "a.zip", "zip");
    const email = "payments@acme-test.iam.gserviceaccount.com";
    const secret = { key: "STRIPE", projectId: "acme-test", secret: "STRIPE", version: "latest" };
    const body = wanted("a.zip", { serviceAccountEmail: email, secretEnvironmentVariables: [secret] });
    const unknown = await ask(sandbox, "POST", create, body);
    expect(unknown.body.error).toMatchObject({
      status: "PERMISSION_DENIED",
      message: `Permission 'iam.serviceaccounts.actAs' denied on service account ${email} (or it may not exist).`,
    });
    await ask(sandbox, "POST", accounts, { accountId: "payments", serviceAccount: { displayName: "Payments" } });
    await ask(sandbox, "POST", `${secrets}?secretId=STRIPE`, { replication: { automatic: {} } });
    const begun = await ask(sandbox, "POST", create, body);
    const ended = await ask(sandbox, "GET", `cloudfunctions.googleapis.com/v2/${begun.body.name}`);
    expect(ended.body.error).toMatchObject({
      code: 3,
      message: expect.stringMatching(
        /^Permission denied on secret: projects\/123456789012\/secrets\/STRIPE\/versions\/latest for Revision service account payments@/,
      ),
    });
    expect((await ask(sandbox, "GET", `${functions}/europe-west2/functions/sendInvoice`)).body.state).toBe("FAILED");
    await ask(sandbox, "POST", `${secrets}/STRIPE:setIamPolicy`, {
      policy: { bindings: [{ role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${email}`] }] },
    });
    await ask(sandbox, "PATCH", `${functions}/europe-west2/functions/sendInvoice?updateMask=serviceConfig`, body);
    expect((await ask(sandbox, "GET", `${functions}/europe-west2/functions/sendInvoice`)).body.state).toBe("ACTIVE");
  });

  it("keeps source, secrets and build variables of the first generation, and clears what a mask names", async () => {
    const name = "projects/acme-test/locations/us-central1/functions/legacyReport";
    const v1 = `cloudfunctions.googleapis.com/v1/${name}`;
    const change = {
      sourceArchiveUrl: "gs://acme-exports/b.zip",
      buildEnvironmentVariables: { A: "1" },
      runtime: "nodejs22",
    };
    const mask = "sourceArchiveUrl,buildEnvironmentVariables,runtime";
    expect((await ask(sandbox, "PATCH", `${v1}?updateMask=${mask}`, change)).status).toBe(400);
    await upload("acme-exports", "b.zip", "zip");
    expect((await ask(sandbox, "PATCH", `${v1}?updateMask=${mask}`, change)).status).toBe(200);
    expect((await ask(sandbox, "GET", v1)).body).toMatchObject({
      ...change,
      httpsTrigger: { securityLevel: "SECURE_ALWAYS" },
    });
    await ask(sandbox, "PATCH", `${v1}?updateMask=buildEnvironmentVariables`, { runtime: "nodejs22" });
    expect((await ask(sandbox, "GET", v1)).body).not.toHaveProperty("buildEnvironmentVariables");
  });
});

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
