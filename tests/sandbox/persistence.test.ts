import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../src/model/problem.ts";
import { resetSandbox } from "../../src/sandbox/join.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { ask, functions, startSmall, testClock } from "./client.ts";

let folder: string;
let sandbox: Sandbox | null = null;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "sandbox-")), "state");
});
afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const wanted = { buildConfig: { runtime: "nodejs22", entryPoint: "sendInvoice" } };
const create = `${functions}/europe-west2/functions?functionId=sendInvoice`;

describe("the state of a folder", () => {
  it("is there again after a restart, with an operation that was under way", async () => {
    const clock = testClock();
    sandbox = await startSmall(folder, clock.now);
    sandbox.faults.add({ do: { kind: "operation-slow", ms: 5000 } });
    const begun = await ask(sandbox, "POST", create, wanted);
    await ask(sandbox, "DELETE", "v1/webhook_endpoints/we_1Qsandbox2");
    await sandbox.close();

    sandbox = await startSandbox({ folder, seed: "empty", now: clock.now });
    const operation = `cloudfunctions.googleapis.com/v2/${begun.body.name}`;
    expect((await ask(sandbox, "GET", operation)).body.done).toBeUndefined();
    clock.advance(5000);
    expect((await ask(sandbox, "GET", operation)).body).toMatchObject({ done: true, response: { state: "ACTIVE" } });
    const endpoints = (await ask(sandbox, "GET", "v1/webhook_endpoints")).body.data as { id: string }[];
    expect(endpoints.map((endpoint) => endpoint.id)).toEqual(["we_1Qsandbox1", "we_1Qsandbox3"]);
  });

  it("is in the file before a write is answered, whole and for the owner alone", async () => {
    sandbox = await startSmall(folder);
    await ask(sandbox, "POST", create, wanted);
    const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
    expect(Object.keys(state.functions)).toContain("projects/acme-test/locations/europe-west2/functions/sendInvoice");
    for (const file of readdirSync(folder))
      expect([file, statSync(join(folder, file)).mode & 0o777]).toEqual([file, 0o600]);
    expect(readdirSync(folder).sort()).toEqual(["senders.jsonl", "server.json", "server.lock.1", "state.json"]);
  });

  it("keeps the content of objects beside it, each once, and lets go of it with the last object and at a reset", async () => {
    sandbox = await startSmall(folder);
    const upload = "storage.googleapis.com/upload/storage/v1/b/acme-exports/o?uploadType=media&name=";
    for (const name of ["a.json", "b.json"]) await ask(sandbox, "POST", `${upload}${name}`, { zip: 1 });
    await sandbox.close();
    const [blob = ""] = readdirSync(join(folder, "blobs"));
    expect(readdirSync(join(folder, "blobs"))).toHaveLength(1);
    expect(statSync(join(folder, "blobs", blob)).mode & 0o777).toBe(0o600);

    sandbox = await startSmall(folder);
    const objects = "storage.googleapis.com/storage/v1/b/acme-exports/o";
    expect((await ask(sandbox, "GET", `${objects}/b.json?alt=media`)).body).toEqual({ zip: 1 });
    await ask(sandbox, "DELETE", `${objects}/a.json`);
    expect(readdirSync(join(folder, "blobs"))).toHaveLength(1);
    await ask(sandbox, "DELETE", `${objects}/b.json`);
    expect(readdirSync(join(folder, "blobs"))).toEqual([]);
    await ask(sandbox, "POST", `${upload}a.json`, { zip: 1 });
    await sandbox.close();
    sandbox = null;
    await resetSandbox(folder, { empty: true });
    expect(readdirSync(folder)).not.toContain("blobs");
  });

  it("of an earlier program, which knew neither accounts nor objects, is taken up", async () => {
    sandbox = await startSmall(folder);
    await sandbox.close();
    const file = join(folder, "state.json");
    const state = JSON.parse(readFileSync(file, "utf8"));
    for (const part of [
      "objects",
      "topics",
      "accounts",
      "secrets",
      "alertPolicies",
      "dashboards",
      "quotas",
      "repositories",
    ]) {
      delete state[part];
    }
    writeFileSync(file, JSON.stringify(state));
    sandbox = await startSmall(folder);
    const created = await ask(sandbox, "POST", "iam.googleapis.com/v1/projects/acme-test/serviceAccounts", {
      accountId: "payments",
    });
    expect(created.status).toBe(200);
    expect((await ask(sandbox, "POST", create, wanted)).status).toBe(200);
  });

  it("keeps every one of many writes that come together", async () => {
    sandbox = await startSmall(folder);
    const { base, token } = sandbox;
    const ids = Array.from({ length: 30 }, (_, index) => `fn${index}`);
    const statuses = await Promise.all(
      ids.map(
        async (id) =>
          (await ask({ base, token }, "POST", `${functions}/europe-west4/functions?functionId=${id}`, wanted)).status,
      ),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    const state = JSON.parse(readFileSync(join(folder, "state.json"), "utf8"));
    const kept = Object.keys(state.functions).filter((name) => name.includes("/europe-west4/"));
    expect(kept.map((name) => name.split("/").at(-1)).sort()).toEqual([...ids].sort());
  });

  it.each([
    ["cut short", '{"version":1,"project":"acme-te'],
    ["of another kind", "[]"],
    ["of a later version", '{"version":2,"project":"acme-test"}'],
    ["not whole", '{"version":1,"project":"acme-test","functions":{}}'],
  ])("stops the start with what to do when it is %s, and stays as it is", async (_, text) => {
    sandbox = await startSmall(folder);
    await sandbox.close();
    writeFileSync(join(folder, "state.json"), text);
    const failure = await startSmall(folder).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    const [problem] = (failure as InputError).problems;
    expect(problem?.message).toContain(join(folder, "state.json"));
    expect(problem?.mend).toContain("regions sandbox reset");
    expect(readFileSync(join(folder, "state.json"), "utf8")).toBe(text);

    await resetSandbox(folder, { empty: true });
    sandbox = await startSmall(folder);
    expect((await ask(sandbox, "GET", "v1/webhook_endpoints")).body.data).toEqual([]);
  });

  it("answers 500, and says so, when a change cannot be kept", async () => {
    sandbox = await startSmall(folder);
    // A folder in the file's place cannot be replaced, whoever runs this.
    rmSync(join(folder, "state.json"));
    mkdirSync(join(folder, "state.json"));
    const answer = await ask(sandbox, "POST", create, wanted);
    expect(answer.status).toBe(500);
    expect((answer.body.error as { message: string }).message).toContain("could not keep its state");
    rmSync(join(folder, "state.json"), { recursive: true });
  });

  it("follows the story into a later version, unless somebody has changed it", async () => {
    const file = join(folder, "state.json");
    const age = () => {
      const state = JSON.parse(readFileSync(file, "utf8"));
      const story = typeof state.story === "string" ? "0".repeat(64) : state.story;
      writeFileSync(file, JSON.stringify({ ...state, functions: {}, story }));
    };
    const count = async (running: Sandbox) => {
      const { body } = await ask(
        running,
        "GET",
        "cloudfunctions.googleapis.com/v2/projects/demo-regions/locations/-/functions",
      );
      return ((body.functions ?? []) as unknown[]).length;
    };
    sandbox = await startSandbox({ folder, seed: "story" });
    const all = await count(sandbox);
    expect(all).toBeGreaterThan(400);
    await sandbox.close();
    age();
    sandbox = await startSandbox({ folder, seed: "story" });
    expect(await count(sandbox)).toBe(all);
    const bot = sandbox.access.telegram[0];
    await ask(sandbox, "POST", `api.telegram.org/bot${bot}/deleteWebhook`);
    await sandbox.close();
    age();
    sandbox = await startSandbox({ folder, seed: "story" });
    expect(await count(sandbox)).toBe(0);
  });

  it("cannot be where a file stands", async () => {
    writeFileSync(folder, "");
    const failure = await startSmall(folder).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toMatch(/^The sandbox cannot keep its state in .*: E(EXIST|NOTDIR)\.$/);
  });

  it("is started over by the server that runs on it", async () => {
    sandbox = await startSmall(folder);
    sandbox.faults.add({ match: { host: "run.googleapis.com" }, do: { kind: "html" } });
    await resetSandbox(folder, { empty: true });
    expect((await ask(sandbox, "GET", "v1/webhook_endpoints")).body.data).toEqual([]);
    expect(sandbox.faults.list()).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, "state.json"), "utf8")).functions).toEqual({});
  });
});

describe("a sandbox in memory", () => {
  it("leaves nothing behind and listens on the loopback interface alone", async () => {
    sandbox = await startSmall();
    expect(sandbox.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await sandbox.close();
    await sandbox.close();
    await expect(fetch(sandbox.base)).rejects.toThrow();
  });

  it("says which port is taken", async () => {
    sandbox = await startSmall();
    const port = Number(new URL(sandbox.base).port);
    const failure = await startSandbox({ folder: null, seed: "empty", port }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toBe(`The sandbox cannot listen on port ${port}: EADDRINUSE.`);
  });
});
