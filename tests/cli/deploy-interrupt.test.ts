import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Engine } from "../../src/stacks/engine/judge.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { bareEnvironment, bundle, type Ran, run } from "./run.ts";

const text = `version: 1
environments:
  sandbox: { project: demo-regions, endpoint: sandbox }
regions:
  europe-west1: {}
classes:
  core: { region: europe-west1 }
codebases:
  default: { source: functions }
defaults: { runtime: nodejs22, maxInstances: 10 }
functions:
  one: core
  two: core
  three: core
`;
const names = ["one", "two", "three"];
const code = `import { onCall } from "firebase-functions/v2/https";
${names.map((name) => `export const ${name} = onCall(() => ({}));`).join("\n")}
`;

let fleet: string;
let sandbox: ChildProcess;
beforeAll(async () => {
  fleet = mkdtempSync(join(tmpdir(), "regions-interrupt-"));
  mkdirSync(join(fleet, "functions/lib"), { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../node_modules"), join(fleet, "node_modules"), "junction");
  const manifest = { name: "functions", type: "module", main: "lib/index.js" };
  writeFileSync(join(fleet, "functions/package.json"), JSON.stringify(manifest));
  writeFileSync(join(fleet, "functions/lib/index.js"), code);
  writeFileSync(join(fleet, "regions.yaml"), text);
  await run(["sandbox", "reset", "--empty"], { cwd: fleet });
  sandbox = spawn(process.execPath, [bundle, "sandbox"], { cwd: fleet, env: bareEnvironment(), stdio: "pipe" });
  await new Promise((resolve) => sandbox.stdout?.once("data", resolve));
});
afterAll(async () => {
  const ended = new Promise((resolve) => sandbox.once("close", resolve));
  sandbox.kill("SIGINT");
  await ended;
  rmSync(fleet, { recursive: true, force: true });
});

/** The sandbox's own routes. */
async function admin(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const { port, token } = JSON.parse(readFileSync(join(fleet, ".regions/sandbox/server.json"), "utf8"));
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

const slow = (ms: number) => admin("POST", "_sandbox/faults", { do: { kind: "operation-slow", ms } });

/** Deploys, and sends Ctrl-C, so often, once Google has begun to make functions. */
async function interrupted(engine: Engine, signals: number): Promise<Ran & { readonly tookMs: number }> {
  let at = 0;
  const ran = await run(["deploy", "--yes"], {
    cwd: fleet,
    env: { REGIONS_PULUMI_ROOT: engine.root ?? "" },
    started: (child) => {
      const watch = setInterval(async () => {
        const { functions } = await admin("GET", all);
        if (!Array.isArray(functions) || at > 0) return;
        clearInterval(watch);
        at = Date.now();
        for (let sent = 0; sent < signals; sent++) {
          child.kill("SIGINT");
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }, 200);
      child.once("close", () => clearInterval(watch));
    },
  });
  return { ...ran, tookMs: Date.now() - at };
}

const all = "cloudfunctions.googleapis.com/v2/projects/demo-regions/locations/-/functions";

async function states(): Promise<Record<string, unknown>> {
  const { functions } = (await admin("GET", all)) as { functions?: { name: string; state: string }[] };
  return Object.fromEntries((functions ?? []).map(({ name, state }) => [name.split("/").at(-1), state]));
}

describeWithEngine("Ctrl-C during a deployment", (engine) => {
  const deploy = () => run(["deploy", "--yes"], { cwd: fleet, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
  const whole = { one: "ACTIVE", two: "ACTIVE", three: "ACTIVE" };

  it("lets end what has begun, says what that is, and the next run goes on from there", async () => {
    await slow(5_000);
    const first = await interrupted(engine, 1);
    expect(first.code).toBe(130);
    expect(first.stderr).toMatch(/^Stopping: nothing more is begun, and what is under way may end .*in europe-west1/m);
    expect(first.stderr).toMatch(
      /^sandbox: interrupted after \d+ changes\. `regions deploy` goes on from there\. Exit code 130\.$/m,
    );
    const begun = Object.values(await states());
    expect(begun.length).toBeGreaterThan(0);
    expect(new Set(begun)).toEqual(new Set(["ACTIVE"]));
    await admin("DELETE", "_sandbox/faults");
    const second = await deploy();
    expect(second.code, second.stderr).toBe(0);
    expect(second.stdout).not.toContain("was killed");
    expect(await states()).toEqual(whole);
  });

  it("ends at once the second time, with its engine, and the next run finds what became of it", async () => {
    expect(
      (await run(["destroy", "--yes"], { cwd: fleet, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } })).code,
    ).toBe(0);
    await slow(20_000);
    const killed = await interrupted(engine, 2);
    expect(killed.code).toBe(130);
    expect(killed.tookMs).toBeLessThan(10_000);
    await admin("DELETE", "_sandbox/faults");
    const second = await deploy();
    expect(second.code, second.stderr).toBe(0);
    expect(await states()).toEqual(whole);
  });
});
