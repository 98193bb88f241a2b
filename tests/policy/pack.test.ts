import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputError } from "../../src/model/problem.ts";
import { policyPackPath } from "../../src/stacks/policy/path.ts";
import { problemsText } from "../../src/stacks/policy/policies.ts";
import { readManifest } from "../../src/stacks/policy/read-manifest.ts";
import { manifestText } from "./fleet.ts";

/* How the pack finds its manifest, and how its process begins and ends; what it judges is in the other files. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-pack-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError) return problemsText(error.problems);
    throw error;
  }
  return "";
}

describe("readManifest", () => {
  it("takes the nearest regions.yaml upwards, and the environment that is named like the stack", () => {
    mkdirSync(join(folder, "infra/program"), { recursive: true });
    writeFileSync(join(folder, "regions.yaml"), manifestText.replaceAll("acme-", "other-"));
    writeFileSync(join(folder, "infra/regions.yaml"), manifestText);
    const manifestOf = readManifest({}, join(folder, "infra/program"));
    expect(manifestOf("production").environment.project).toBe("acme-prod");
    expect(manifestOf("staging").environment.project).toBe("acme-staging");
    expect(readManifest({ REGIONS_ENV: "staging" }, join(folder, "infra"))("blue").environment.project).toBe(
      "acme-staging",
    );
    const stated = { REGIONS_MANIFEST: "../../regions.yaml" };
    expect(readManifest(stated, join(folder, "infra/program"))("production").environment.project).toBe("other-prod");
  });

  it("reads included files beside the manifest", () => {
    mkdirSync(join(folder, "teams"));
    writeFileSync(
      join(folder, "regions.yaml"),
      manifestText.replace("version: 1", "version: 1\ninclude: [teams/a.yaml]"),
    );
    writeFileSync(join(folder, "teams/a.yaml"), "functions:\n  importOrders: core\n");
    expect(readManifest({}, folder)("production").functions.get("importOrders")?.place).toEqual(
      expect.objectContaining({ file: "teams/a.yaml", line: 2 }),
    );
  });

  it("refuses what is missing, faulty, or has no such environment", () => {
    const missing = join(folder, "none.yaml");
    expect(refusalOf(() => readManifest({ REGIONS_MANIFEST: missing }, folder))).toBe(
      `${missing} cannot be read.\n  Set REGIONS_MANIFEST to the path of the manifest.`,
    );
    expect(refusalOf(() => readManifest({}, folder))).toBe(
      `There is no regions.yaml in ${folder} or above it.\n` +
        "  Set REGIONS_MANIFEST to the manifest's path, or write a first one with `regions init -o regions.yaml`.",
    );
    writeFileSync(join(folder, "regions.yaml"), manifestText);
    expect(refusalOf(() => readManifest({ REGIONS_ENV: "live" }, folder))).toBe(
      'REGIONS_ENV names "live", and regions.yaml has no environment of that name; it has production, staging.\n' +
        "  Set REGIONS_ENV to the environment that this stack deploys.",
    );
    expect(refusalOf(() => readManifest({}, folder)("blue"))).toContain('The stack is called "blue", and regions.yaml');
    writeFileSync(join(folder, "regions.yaml"), manifestText.replace("runHealthCheck: core", "runHealthCheck: cor"));
    expect(refusalOf(() => readManifest({}, folder))).toBe(
      'regions.yaml:22: functions.runHealthCheck: class "cor" is not declared under classes.\n' +
        "    22 |   runHealthCheck: cor\n       |                   ^\n  did you mean core?",
    );
  });
});

const root = join(import.meta.dirname, "../..");
const path = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);

/** What a child wrote so far, and its exit code once it has ended. */
function watch(child: ChildProcess) {
  const seen = { stdout: "", stderr: "", code: undefined as number | null | undefined };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (seen.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (seen.stderr += text));
  child.on("close", (code) => (seen.code = code));
  return seen;
}

describe("the pack's process", () => {
  it("says its port first, and ends with whoever started it", async () => {
    writeFileSync(join(folder, "regions.yaml"), manifestText);
    // A parent that can be killed, as an engine can.
    const starter = `
      const { spawn } = require("node:child_process");
      const pack = spawn(process.execPath, [${JSON.stringify(join(policyPackPath(), "index.js"))}, "127.0.0.1:1"], { stdio: ["ignore", "inherit", "inherit"] });
      console.error("pid " + pack.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", starter], { cwd: folder, env: { PATH: path } });
    const seen = watch(parent);
    await expect.poll(() => seen.stdout, { timeout: 20_000 }).toMatch(/^\d+\n$/);
    const pid = Number(/pid (\d+)/.exec(seen.stderr)?.[1]);
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 20_000, interval: 250 }).toBe(false);
  });

  it("ends with its reasons and without a port where there is no manifest", async () => {
    const pack = spawn(process.execPath, [join(policyPackPath(), "index.js")], { cwd: folder, env: { PATH: path } });
    const seen = watch(pack);
    await expect.poll(() => seen.code, { timeout: 20_000 }).toBe(1);
    expect(seen.stdout).toBe("");
    expect(seen.stderr).toBe(
      `The regions policy pack cannot judge this stack:\nThere is no regions.yaml in ${folder} or above it.\n` +
        "  Set REGIONS_MANIFEST to the manifest's path, or write a first one with `regions init -o regions.yaml`.\n",
    );
  });

  it("is found by what lies in the bundle, too", async () => {
    // As in the package: path.ts would stand in one of the chunks.
    mkdirSync(join(folder, "dist/chunks"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    cpSync(join(root, "src/stacks/policy/path.ts"), join(folder, "dist/chunks/path.ts"));
    mkdirSync(join(folder, "dist/policy-pack"));
    const { policyPackPath: packed } = (await import(join(folder, "dist/chunks/path.ts"))) as {
      policyPackPath: () => string;
    };
    expect(() => packed()).toThrow("the policy pack is missing from this installation");
    writeFileSync(join(folder, "dist/policy-pack/PulumiPolicy.yaml"), "runtime: nodejs\n");
    expect(packed()).toBe(join(folder, "dist/policy-pack"));
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
