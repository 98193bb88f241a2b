import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDeployerByCodebase } from "../../src/deployers/by-codebase.ts";
import { createFirebaseDeployer, type LiveLook } from "../../src/deployers/firebase.ts";
import { runFirebase } from "../../src/deployers/firebase-process.ts";
import { type Deployer, type DeployRequest, everything, type Outcome } from "../../src/deployers/port.ts";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import type { DeploymentEvent } from "../../src/model/deployment.ts";
import { InputError } from "../../src/model/problem.ts";
import { codebase, copy, declared } from "../firebase/facts.ts";

/* A stand-in program in place of the Firebase CLI: what it prints and how it ends is the test's. */

const manifest = resolveManifest(
  parseManifest(
    `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1 } }
codebases:
  default: { source: functions, deployer: firebase }
  billing: { source: billing, deployer: pulumi }
functions:
  ring: core
  list: core
  invoice: { class: core, codebase: billing }
`,
    "regions.yaml",
    () => null,
  ),
  null,
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-cli-stand-in-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(text: string) {
  const path = join(folder, "firebase.cjs");
  writeFileSync(path, text);
  return { program: path, version: "15.34.2", env: { PATH: process.env.PATH }, secrets: ["whole-secret-value"] };
}

function deployerOf(text: string, looks: readonly LiveLook[]): Deployer {
  const left = [...looks];
  return createFirebaseDeployer({
    manifest,
    codebases: new Map([["default", { folder }]]),
    cli: program(text),
    live: async () => left.shift() ?? { functions: [], unread: [] },
    declared: async () => codebase([declared("ring", ["europe-west1"]), declared("list", ["europe-west1"])]),
  });
}

const request = (more: Partial<DeployRequest> = {}): DeployRequest => ({
  scope: everything,
  refresh: false,
  signal: new AbortController().signal,
  ...more,
});
const live = (...functions: LiveLook["functions"]): LiveLook => ({ functions, unread: [] });
const old = (name: string) => copy(name, "europe-west1", { updateTime: "2026-11-01T00:00:00Z" });
const fresh = (name: string) => copy(name, "europe-west1", { updateTime: "2026-11-28T00:00:00Z" });
const told = ({ changes, failures, notes }: Outcome) => ({
  changes: changes.map(({ operation, part }) => `${operation} ${part.function}@${part.region}`),
  failures: failures.map(({ operation, part, message }) => `${operation} ${part?.function}: ${message}`),
  notes,
});

describe("what came of a deployment", () => {
  it("is read back from Google, whatever the Firebase CLI says and ends with", async () => {
    const boasting = "console.log('functions[ring(europe-west1)] Successful update operation.');";
    const nothing = deployerOf(boasting, [live(old("ring")), live(old("ring"))]);
    expect(told(await nothing.deploy(request()))).toEqual({
      changes: [],
      failures: ["create list: it is not there.", "update ring: it is as it was."],
      notes: [],
    });
    const grumbling = "console.error('Error: no cleanup policy'); process.exitCode = 1;";
    const all = deployerOf(grumbling, [live(old("ring")), live(fresh("ring"), fresh("list"))]);
    expect(told(await all.deploy(request()))).toEqual({
      changes: ["create list@europe-west1", "update ring@europe-west1"],
      failures: [],
      notes: ["the Firebase CLI deployed all of it, and then said: Error: no cleanup policy"],
    });
  });

  it("is not taken for done where it cannot be read back, or stands in a failed state", async () => {
    const unread: LiveLook = { functions: [], unread: [{ region: "europe-west1", reason: "unreachable" }] };
    expect(told(await deployerOf("", [live(old("ring"), old("list")), unread]).deploy(request())).failures).toEqual([
      "update ring: what came of it could not be read back: unreachable",
      "update list: what came of it could not be read back: unreachable",
    ]);
    const broken = copy("ring", "europe-west1", { state: "FAILED", stateMessage: "the container did not start" });
    const failed = deployerOf("", [live(old("list")), live(broken, fresh("list"))]);
    expect(told(await failed.deploy(request())).failures).toEqual([
      "create ring: its state is FAILED. the container did not start",
    ]);
  });

  it("is nothing where nobody knows what is live", async () => {
    const deployer = deployerOf("require('fs').writeFileSync('ran', '')", [
      { functions: [], unread: [{ region: "europe-west3", reason: "unreachable" }] },
    ]);
    await expect(deployer.deploy(request())).rejects.toThrow(
      "What is live in europe-west3 could not be read: unreachable.",
    );
  });

  it("is what the CLI is told by name, never with --force, and told of as it goes on", async () => {
    const events: DeploymentEvent[] = [];
    const script = `require("fs").writeFileSync("args.json", JSON.stringify(process.argv.slice(2)));
console.log("i  functions: updating Node.js 22 (2nd Gen) function ring(europe-west1)...");
console.log("\\u001b[32m✔  functions[ring(europe-west1)]\\u001b[39m Successful update operation.");
console.log("⚠  functions: the key whole-secret-value and sk_live_51Habcdefghijk are old");`;
    const deployer = deployerOf(script, [live(old("ring"), old("list")), live(fresh("ring"), fresh("list"))]);
    await deployer.deploy(request({ onEvent: (event) => events.push(event) }));
    expect(JSON.parse(readFileSync(join(folder, "args.json"), "utf8"))).toEqual([
      "deploy",
      "--only",
      "functions:default:ring,functions:default:list",
      "--non-interactive",
      "--project",
      "acme-prod",
    ]);
    expect(events.map((event) => event.kind)).toEqual(["begun", "done", "warning"]);
    expect(JSON.stringify(events)).not.toMatch(/whole-secret-value|sk_live/);
  });
});

describe("the process of the Firebase CLI", () => {
  const run = (text: string, more: Partial<Parameters<typeof runFirebase>[2]> = {}) => {
    const signal = new AbortController().signal;
    return runFirebase(program(text), [], { cwd: folder, signal, patienceMs: 60_000, onLine: () => {}, ...more });
  };

  it("is ended when it takes too long", async () => {
    expect(await run("setInterval(() => {}, 1000)", { patienceMs: 300 })).toEqual({
      code: null,
      error: "it had not ended after 0 minutes",
    });
  });

  it("hears Ctrl-C, and what it does with it is waited for", async () => {
    const controller = new AbortController();
    const script = `process.on("SIGINT", () => { require("fs").writeFileSync("heard", "SIGINT"); process.exit(1); });
setInterval(() => {}, 1000); console.log("ready");`;
    const onLine = (): void => controller.abort(new Error("interrupted"));
    await expect(run(script, { signal: controller.signal, onLine })).rejects.toThrow("interrupted");
    expect(readFileSync(join(folder, "heard"), "utf8")).toBe("SIGINT");
  });

  it("tells why it could not be started", async () => {
    const cli = { program: join(folder, "missing"), version: "15.34.2", env: {}, secrets: [] };
    const signal = new AbortController().signal;
    const end = await runFirebase(cli, [], { cwd: folder, signal, patienceMs: 60_000, onLine: () => {} });
    expect(end).toEqual({ code: null, error: expect.stringContaining("ENOENT") });
  });
});

it("the Firebase CLI cannot adopt, compare sizes or destroy, and its state is what is live", async () => {
  const mine = copy("ring", "europe-west1");
  const deployer = deployerOf("", [live(mine, copy("byHand", "europe-west1", { deployer: "gcloud", codebase: null }))]);
  const nobody = { unseen: [], functions: [], jobs: [], queues: [] };
  const { signal } = request();
  await expect(deployer.adopt(nobody, { signal })).rejects.toThrow(InputError);
  await expect(deployer.compareSizes()).rejects.toThrow(InputError);
  await expect(deployer.destroy({ signal, includeAdopted: false })).rejects.toThrow(
    "The Firebase CLI, which deploys codebase default of production, cannot destroy.",
  );
  expect(await deployer.readState()).toEqual({
    copies: [{ function: "ring", region: "europe-west1", generation: 2, adopted: false }],
    interrupted: 0,
  });
});

describe("a fleet with codebases of both kinds", () => {
  const asked: string[] = [];
  const part = (name: string, refusal: string | null): Deployer => {
    const part = { kind: "function" as const, function: name, region: "europe-west1", class: null, detail: null };
    const change = { part, operation: "update" as const, fields: [] };
    const failures = refusal === null ? [] : [{ part: null, operation: null, message: refusal }];
    const none = () => Promise.reject(new Error("not asked for"));
    return {
      async preview({ scope }) {
        asked.push(`preview ${name} ${scope.functions}`);
        return { changes: [change], drifts: [], unchanged: 1, failures, notes: [] };
      },
      async deploy({ scope }) {
        asked.push(`deploy ${name} ${scope.functions}`);
        return { changes: [change], unchanged: 1, failures: [], notes: [name] };
      },
      adopt: none,
      compareSizes: none,
      destroy: none,
      readState: none,
    };
  };
  const both = (refusal: string | null) =>
    createDeployerByCodebase(manifest, part("pulumi", null), () => part("firebase", refusal), ["default"]);
  beforeEach(() => asked.splice(0));

  it("deploys each function by the deployer of its codebase", async () => {
    const outcome = await both(null).deploy(request());
    expect([outcome.changes.length, outcome.unchanged, outcome.notes]).toEqual([2, 2, ["pulumi", "firebase"]]);
    expect(asked).toEqual(["preview firebase ", "deploy pulumi ", "deploy firebase "]);
    asked.splice(0);
    await both(null).deploy(request({ scope: { ...everything, functions: ["invoice", "ring"] } }));
    expect(asked).toEqual(["preview firebase ring", "deploy pulumi invoice", "deploy firebase ring"]);
    asked.splice(0);
    await both(null).deploy(request({ scope: { ...everything, functions: ["ring"] } }));
    expect(asked).toEqual(["deploy firebase ring"]);
  });

  it("changes nothing by the one where the other is refused", async () => {
    await expect(both("its source names no region").deploy(request())).rejects.toThrow("its source names no region");
    expect(asked).toEqual(["preview firebase "]);
  });
});
