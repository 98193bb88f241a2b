import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/* What `npm test` does where there is no engine. REGIONS_PULUMI_ROOT names a folder without one, which ends the lookup
   and keeps installers and builds out of it. Set-up is run on a copy of its files, beside an empty lock file: whatever
   state this checkout is in, it has nothing to install. */

const root = join(import.meta.dirname, "../..");
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "regions-setup-"));
  for (const path of ["tools/setup.mjs", "tools/engine", "src/stacks/engine"])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  mkdirSync(join(copy, "node_modules"));
  for (const file of ["package-lock.json", "node_modules/.package-lock.json"])
    writeFileSync(join(copy, file), '{ "packages": {} }');
  writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const vitest = join(root, "node_modules/vitest/vitest.mjs");
const plain = ["run", "--config", "tests/engine/fixtures/plain.config.ts"];

function run(file: string, args: readonly string[], env: Record<string, string>) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const { REGIONS_REQUIRE_ENGINE: _, REGIONS_REQUIRE_BROWSER: ___, VITEST: __, ...rest } = process.env;
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      env: { ...rest, NO_COLOR: "1", REGIONS_PULUMI_ROOT: "/nothing/here", ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const reason = "  REGIONS_PULUMI_ROOT  /nothing/here/bin/pulumi does not exist\n";
const mend = "In this repository, with Go: node tools/engine/build.mjs\n";
const setup = (env: Record<string, string>) => run(join(copy, "tools/setup.mjs"), [], env);

describe("tools/setup.mjs without an engine", () => {
  it("says the reason and the mend before npm test, and lets it go on", async () => {
    const { code, stderr } = await setup({ npm_lifecycle_event: "pretest" });
    expect(code).toBe(0);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(mend);
    expect(stderr).toMatch(/Going on without an engine: the tests that need one are skipped by name\.\n$/);
  });

  it("ends the run where the engine is required", async () => {
    const { code, stderr } = await setup({ npm_lifecycle_event: "pretest", REGIONS_REQUIRE_ENGINE: "1" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/REGIONS_REQUIRE_ENGINE=1: without an engine nothing is tested \(see above\)\.\n$/);
  });

  it.each(["prestart", "precheck"])("looks for none before %s", async (npm_lifecycle_event) => {
    expect(await setup({ npm_lifecycle_event, REGIONS_REQUIRE_ENGINE: "1" })).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

describe("the tests of the engine without an engine", () => {
  it("are skipped by name, with the reason and the mend", async () => {
    const { code, stdout, stderr } = await run(vitest, plain, {});
    expect(code).toBe(0);
    expect(stderr).toContain(reason);
    expect(stderr).toContain(`${mend}skipped, no Pulumi engine: an inline program on the real engine\n`);
    expect(stdout).toMatch(/Tests\s+5 skipped \(5\)/);
  });

  it("fail where the engine is required", async () => {
    const { code, stderr } = await run(vitest, plain, { REGIONS_REQUIRE_ENGINE: "1" });
    expect(code).toBe(1);
    expect(stderr).toContain("Error: REGIONS_REQUIRE_ENGINE=1, and:\nNo Pulumi engine can be used.");
  });
});
