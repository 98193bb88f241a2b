import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask, startSmall } from "./client.ts";
import { archiveOf, deployCode } from "./deployed-code.ts";
import { smallSeed } from "./small-seed.ts";

const installed = JSON.parse(
  readFileSync(new URL("../../node_modules/firebase-functions/package.json", import.meta.url), "utf8"),
).version as string;

const code = `
const { onRequest, onCall, HttpsError } = require("firebase-functions/v2/https");
const { onTaskDispatched } = require("firebase-functions/v2/tasks");
const loadedWith = process.env.GREETING;
exports.echo = onRequest((req, res) => {
  res.set("set-cookie", ["a=1", "b=2"]).status(201).json({
    method: req.method, path: req.path, query: req.query, host: req.headers.host, raw: req.rawBody?.toString("hex"),
    token: req.headers.authorization ?? null, body: req.body,
  });
});
exports.add = onCall(({ data }) => {
  if (typeof data.a !== "number") throw new HttpsError("invalid-argument", "a must be a number");
  return { sum: data.a + data.b };
});
exports.environment = onRequest(async (req, res) => {
  const region = await fetch("http://" + process.env.GCE_METADATA_HOST + "/computeMetadata/v1/instance/region", {
    headers: { "metadata-flavor": "Google" },
  });
  await new Promise((done) => setTimeout(done, 5));
  res.json({
    service: process.env.K_SERVICE, target: process.env.FUNCTION_TARGET, type: process.env.FUNCTION_SIGNATURE_TYPE,
    project: process.env.GCLOUD_PROJECT, greeting: process.env.GREETING ?? null, secret: process.env.API_KEY ?? null,
    home: process.env.HOME === process.cwd(), ambient: process.env.REGIONS_TEST_AMBIENT ?? null,
    region: await region.text(), loadedWith, listed: Object.keys(process.env).includes("API_KEY"), pid: process.pid,
  });
});
exports.task = onTaskDispatched(async (request) => { console.log("task", JSON.stringify(request.data)); });
exports.fails = onRequest(async () => { throw new Error("told to fail"); });
exports.crashes = onRequest(() => { setTimeout(() => { throw new Error("told to crash"); }, 1); });
exports.slow = onRequest(async (req, res) => { await new Promise((done) => setTimeout(done, 5000)); res.end(); });
`;

let sandbox: Sandbox;
beforeAll(async () => {
  process.env.REGIONS_TEST_AMBIENT = "of the user";
  sandbox = await startSmall();
  const secrets = "secretmanager.googleapis.com/v1/projects/acme-test/secrets";
  await ask(sandbox, "POST", `${secrets}?secretId=API_KEY`, { replication: { automatic: {} } });
  for (const value of ["old", "new"]) {
    const data = Buffer.from(value).toString("base64");
    await ask(sandbox, "POST", `${secrets}/API_KEY:addVersion`, { payload: { data } });
  }
  await ask(sandbox, "POST", `${secrets}/API_KEY:setIamPolicy`, {
    policy: {
      bindings: [
        {
          role: "roles/secretmanager.secretAccessor",
          members: ["serviceAccount:123456789012-compute@developer.gserviceaccount.com"],
        },
      ],
    },
  });
  const archive = archiveOf({ "index.js": code }, { "firebase-functions": installed });
  const region = "europe-west2";
  const secret = { key: "API_KEY", projectId: "acme-test", secret: "API_KEY", version: "latest" };
  await deployCode(sandbox, archive, [
    { id: "echo", region },
    { id: "add", region },
    {
      id: "environment",
      region,
      service: { environmentVariables: { GREETING: "hello" }, secretEnvironmentVariables: [secret] },
    },
    { id: "plain", region, entryPoint: "environment" },
    { id: "task", region, open: false },
    { id: "fails", region },
    { id: "crashes", region },
    { id: "slow", region, service: { timeoutSeconds: 1 } },
    { id: "missing", region, entryPoint: "noSuchExport" },
    { id: "environment", region: "europe-west3" },
  ]);
});
afterAll(() => sandbox.close());

const at = (id: string, region = "europe-west2") => `${sandbox.base}/acme-test/${region}/${id}`;

describe("deployed code at its local address", () => {
  it("gets the request as Google hands it on: path after the ID, canonical host, raw body", async () => {
    const response = await fetch(`${at("echo")}/deep/path?x=1&x=2`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer of-the-caller" },
      body: '{ "a": 1 }',
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toEqual({
      method: "POST",
      path: "/deep/path",
      query: { x: ["1", "2"] },
      host: "europe-west2-acme-test.cloudfunctions.net",
      raw: Buffer.from('{ "a": 1 }').toString("hex"),
      token: "Bearer of-the-caller",
      body: { a: 1 },
    });
  });

  it("is found by the hosts that Google gives it", async () => {
    const { body } = await ask(
      sandbox,
      "GET",
      "cloudfunctions.googleapis.com/v2/projects/acme-test/locations/europe-west2/functions/echo",
    );
    const host = new URL((body.serviceConfig as { uri: string }).uri).host;
    expect(host).toMatch(/[.]a[.]run[.]app$/);
    expect(await hosted(host, "/deep?x=1")).toMatchObject({ host, path: "/deep" });
    const canonical = "europe-west2-acme-test.cloudfunctions.net";
    expect(await hosted(canonical, "/echo/deep?x=1")).toMatchObject({ host: canonical, path: "/deep" });
  });

  it("answers a callable with its result and with its errors", async () => {
    const call = async (data: unknown) => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(at("add"), { method: "POST", headers, body: JSON.stringify({ data }) });
      return [response.status, await response.json()];
    };
    expect(await call({ a: 1, b: 2 })).toEqual([200, { result: { sum: 3 } }]);
    expect(await call({ a: "1" })).toEqual([
      400,
      { error: { message: "a must be a number", status: "INVALID_ARGUMENT" } },
    ]);
  });

  it("sees its own variables and secrets, its region from the metadata server, and nothing of the user's", async () => {
    const west2 = (await (await fetch(at("environment"))).json()) as Record<string, unknown>;
    expect(west2).toMatchObject({
      service: "environment",
      target: "environment",
      type: "http",
      project: "acme-test",
      greeting: "hello",
      secret: "new",
      home: true,
      ambient: null,
      region: "projects/123456789012/regions/europe-west2",
      loadedWith: "hello",
      listed: true,
    });
    const sibling = (await (await fetch(at("plain"))).json()) as Record<string, unknown>;
    expect(sibling).toMatchObject({ service: "plain", greeting: null, secret: null, listed: false, pid: west2.pid });
    const west3 = (await (await fetch(at("environment", "europe-west3"))).json()) as Record<string, unknown>;
    expect(west3).toMatchObject({ region: "projects/123456789012/regions/europe-west3", greeting: null });
    expect(west3.pid).not.toBe(west2.pid);
  });

  it("answers 404 for what is not deployed, 403 for whom IAM keeps out, 501 for what came without code", async () => {
    expect((await fetch(at("nothing"))).status).toBe(404);
    expect((await fetch(at("echo", "europe-west1"))).status).toBe(404);
    const body = JSON.stringify({ data: { n: 7 } });
    const headers = { "content-type": "application/json" };
    expect((await fetch(at("task"), { method: "POST", headers, body })).status).toBe(403);
    const seeded = await fetch(at("registerChatter"));
    expect([seeded.status, await seeded.text()]).toEqual([
      501,
      expect.stringContaining("has no code of registerChatter in europe-west2"),
    ]);
  });

  it("lets a task in with the token of an account that may invoke it", async () => {
    const email = "123456789012-compute@developer.gserviceaccount.com";
    const policy = { bindings: [{ role: "roles/run.invoker", members: [`serviceAccount:${email}`] }] };
    const service = "run.googleapis.com/v2/projects/acme-test/locations/europe-west2/services/task";
    expect((await ask(sandbox, "POST", `${service}:setIamPolicy`, { policy })).status).toBe(200);
    const claims = Buffer.from(JSON.stringify({ email, sub: "1" })).toString("base64url");
    const answer = await fetch(at("task"), {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer e30.${claims}.x` },
      body: JSON.stringify({ data: { n: 7 } }),
    });
    expect(answer.status).toBe(204);
    await expect.poll(output).toContain('task {"n":7}');
  });

  it("answers 500 for code that fails, for a process that dies and for an export that is not there", async () => {
    expect((await fetch(at("fails"))).status).toBe(500);
    expect((await fetch(at("crashes"))).status).toBe(500);
    expect(await output()).toContain("Error: told to crash");
    expect((await fetch(at("echo"))).status).toBe(201);
    const missing = await fetch(at("missing"));
    expect([missing.status, await missing.text()]).toEqual([
      500,
      expect.stringContaining("missing in europe-west2: its code cannot be loaded, or has no function noSuchExport"),
    ]);
  });

  it("answers 504 after the timeout that was deployed", async () => {
    const started = Date.now();
    expect((await fetch(at("slow"))).status).toBe(504);
    expect(Date.now() - started).toBeLessThan(4500);
  });

  it("counts the requests of each copy, and Monitoring tells them", async () => {
    await fetch(at("environment", "europe-west3"));
    const filter = encodeURIComponent('metric.type="run.googleapis.com/request_count"');
    const interval = "interval.startTime=2026-11-22T11:00:00Z&interval.endTime=2026-11-22T12:01:00Z";
    const path = `monitoring.googleapis.com/v3/projects/acme-test/timeSeries?filter=${filter}&${interval}`;
    const { body } = await ask(sandbox, "GET", path);
    const series = body.timeSeries as { resource: { labels: Record<string, string> }; points: unknown[] }[];
    // An earlier test was kept out of it by IAM.
    const statuses = series
      .filter(({ resource }) => resource.labels.service_name === "task")
      .map((row) => (row as unknown as { metric: { labels: object } }).metric.labels);
    expect(statuses).toEqual([{ response_code_class: "2xx" }]);
    const one = series.filter(
      ({ resource }) => resource.labels.service_name === "environment" && resource.labels.location === "europe-west3",
    );
    expect(one).toEqual([
      {
        metric: { type: "run.googleapis.com/request_count", labels: { response_code_class: "2xx" } },
        resource: {
          type: "cloud_run_revision",
          labels: { location: "europe-west3", project_id: "acme-test", service_name: "environment" },
        },
        metricKind: "DELTA",
        valueType: "INT64",
        points: [
          {
            interval: { startTime: "2026-11-22T12:00:00.000Z", endTime: "2026-11-22T12:01:00.000Z" },
            value: { int64Value: "2" },
          },
        ],
      },
    ]);
  });

  it("runs the new code after a new archive is deployed, and lets the old process go", async () => {
    const before = (await (await fetch(at("environment", "europe-west3"))).json()) as { pid: number };
    const archive = archiveOf({ "index.js": 'exports.environment = (req, res) => res.send("second");' });
    await deployCode(sandbox, archive, [{ id: "environment", region: "europe-west3" }]);
    expect(await (await fetch(at("environment", "europe-west3"))).text()).toBe("second");
    await expect.poll(() => isRunning(before.pid)).toBe(false);
  });

  it("refuses code whose packages the project lacks or has in another version", async () => {
    const archive = archiveOf({ "index.js": "" }, { "no-such-package-here": "1.0.0", "firebase-functions": "1.0.0" });
    await deployCode(sandbox, archive, [{ id: "unbuilt", region: "europe-west2" }]);
    const answer = await fetch(at("unbuilt"));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain(
      `its build failed: no-such-package-here 1.0.0 is not installed in the project; firebase-functions is to be 1.0.0, and the project has ${installed} installed`,
    );
  });

  it("takes the faults that are switched on for its host", async () => {
    sandbox.faults.add({
      match: { host: "europe-west2-acme-test.cloudfunctions.net", pathIncludes: "/echo" },
      times: 1,
      do: { kind: "status", status: 503 },
    });
    expect((await fetch(at("echo"))).status).toBe(503);
    expect((await fetch(at("echo"))).status).toBe(201);
  });
});

describe("its processes", () => {
  it("end when they have nothing to do, start again, and end with the sandbox", async () => {
    const brief = await startSandbox({ folder: null, seed: smallSeed, idleMs: 300 });
    const archive = archiveOf({ "index.js": "exports.id = (req, res) => res.send(String(process.pid));" });
    await deployCode(brief, archive, [{ id: "id", region: "europe-west2" }]);
    const ask = async () => Number(await (await fetch(`${brief.base}/acme-test/europe-west2/id`)).text());
    const first = await ask();
    expect(await ask()).toBe(first);
    await expect.poll(() => isRunning(first), { timeout: 5000 }).toBe(false);
    const second = await ask();
    expect(second).not.toBe(first);
    await brief.close();
    expect(isRunning(second)).toBe(false);
  });

  it("run what was deployed again after a restart of the sandbox", async () => {
    const folder = mkdtempSync(join(tmpdir(), "regions-run-state-"));
    try {
      const first = await startSandbox({ folder, seed: smallSeed });
      const archive = archiveOf({ "index.js": 'exports.hi = (req, res) => res.send("hi");' });
      await deployCode(first, archive, [{ id: "hi", region: "europe-west2" }]);
      expect(await (await fetch(`${first.base}/acme-test/europe-west2/hi`)).text()).toBe("hi");
      await first.close();
      const second = await startSandbox({ folder, seed: smallSeed });
      expect(await (await fetch(`${second.base}/acme-test/europe-west2/hi`)).text()).toBe("hi");
      const { requests } = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
      expect(Object.values(requests["projects/acme-test/locations/europe-west2/functions/hi"])).toEqual([1]);
      await second.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function output(): Promise<string> {
  const { body } = await ask(sandbox, "GET", "_sandbox/output");
  return (body.lines as { text: string }[]).map(({ text }) => text).join("\n");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** fetch does not let a caller choose the Host header. */
function hosted(host: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(sandbox.base);
    const sent = sendRequest({ host: "127.0.0.1", port, path, headers: { host } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    sent.on("error", reject);
    sent.end();
  });
}
