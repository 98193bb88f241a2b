import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findBrowser } from "../../tools/browser.mjs";

const root = join(import.meta.dirname, "../..");
const vitest = join(root, "node_modules/vitest/vitest.mjs");

function run(env: Readonly<Record<string, string>>) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const { REGIONS_REQUIRE_BROWSER: _, VITEST: __, ...rest } = process.env;
    const child = spawn(process.execPath, [vitest, "run", "--config", "tests/browser/fixtures/plain.config.ts"], {
      cwd: root,
      env: { ...rest, NO_COLOR: "1", REGIONS_CHROMIUM: "/nothing/here", ...env },
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

it("tests of pages are skipped by name where there is no browser, with what mends it", async () => {
  const { code, stdout, stderr } = await run({});
  expect(code).toBe(0);
  expect(stderr).toContain(
    "skipped, no Chromium (as root: apt-get install -y --no-install-recommends chromium): the built page in a browser\n",
  );
  expect(stdout).toMatch(/Tests\s+12 skipped \(12\)/);
});

it("tests of pages fail where a browser is required and there is none", async () => {
  const { code, stderr } = await run({ REGIONS_REQUIRE_BROWSER: "1" });
  expect(code).toBe(1);
  expect(stderr).toContain("Error: REGIONS_REQUIRE_BROWSER=1, and there is no Chromium: apt-get install");
});

it("a browser is the one that is named, else one on the path, else none", () => {
  expect(findBrowser({ REGIONS_CHROMIUM: process.execPath, PATH: "" })).toBe(process.execPath);
  expect(findBrowser({ REGIONS_CHROMIUM: "/nothing/here", PATH: process.env.PATH })).toBeNull();
  expect(findBrowser({ PATH: "/nothing/here" })).toBeNull();
  expect(findBrowser({})).toBeNull();
});
