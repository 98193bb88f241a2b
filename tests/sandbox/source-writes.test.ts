import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { ask, functions, startSmall, testClock } from "./client.ts";

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
    const large = { availableCpu: "4", availableMemory: "2Gi", maxInstanceCount: 51 };
    const answer = await ask(sandbox, "POST", create, wanted("a.zip", large));
    expect(answer.status).toBe(400);
    expect((answer.body.error as { message: string }).message).toContain(
      "Max instances must be set to 50 or fewer to set the requested total CPU. Quota violated: CpuAllocPerProjectRegion requested: 204000 allowed: 200000.",
    );
  });

  it("has no more memory than its vCPU allows, and no less than that takes", async () => {
    await upload("acme-exports", "a.zip", "zip");
    const told = async (availableCpu: string, availableMemory: string) => {
      const body = wanted("a.zip", { availableCpu, availableMemory });
      const answer = await ask(sandbox, "POST", `${create}&validateOnly=true`, body);
      const { message = "" } = (answer.body.error ?? {}) as { message?: string };
      return `${answer.status} ${/For [^ ]+ CPU.*?[a-z]\.(?= )/.exec(message)?.[0] ?? ""}`.trim();
    };
    expect([
      await told("0.1666", "1Gi"),
      await told("0.4999", "513Mi"),
      await told("0.5833", "2Gi"),
      await told("8", "2Gi"),
    ]).toEqual([
      "400 For 0.1666 CPU, memory must be between 128Mi and 512Mi inclusive.",
      "400 For 0.4999 CPU, memory must be between 128Mi and 512Mi inclusive.",
      "400 For 0.5833 CPU, memory must be between 128Mi and 1024Mi inclusive.",
      "400 For 8 CPU, memory must be at least 4096Mi.",
    ]);
    expect(
      (await ask(sandbox, "POST", create, wanted("a.zip", { availableCpu: "0.5", availableMemory: "1Gi" }))).status,
    ).toBe(200);
    const name = create.replace("?functionId=", "/");
    const patch = { serviceConfig: { availableMemory: "2Gi" } };
    expect((await ask(sandbox, "PATCH", `${name}?updateMask=serviceConfig.availableMemory`, patch)).status).toBe(400);
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
