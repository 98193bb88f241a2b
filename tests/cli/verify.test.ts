import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { verifySchema } from "../../src/report/verify-schema.ts";
import { projectCopy, run } from "./run.ts";

/* The release checklist as a process, on a small shop without credentials. */

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("shop");
});
afterEach(() => project.remove());

const code = ["--sources", "declared,callers"];

function withChecks(text: string): void {
  const file = join(project.folder, "regions.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}checks:\n${text}`);
}

const regions = (...args: string[]) => run(["verify", "--today", "2026-11-28", ...args], { cwd: project.folder });

it("runs the checks of regions.yaml one after the other, all of them, and tells each with its evidence", async () => {
  withChecks(String.raw`  broken: "echo one >> order.txt; printf '\\033[31ma.ts(3,1): error\\033[0m' >&2; exit 2"
  key: "echo sk_live_abcdefghijklmnopqrstuvwx; exit 1"
  web: { run: echo two >> ../order.txt, cwd: web }
  gone: { run: echo three, cwd: nowhere }
  nul: "echo \0"
`);
  const { code: ended, stdout } = await regions(...code);
  expect(ended).toBe(1);
  expect(
    stdout
      .replace(/after \d+ s/, "after 0 s")
      .split("\n")
      .filter((line) => line !== ""),
  ).toEqual([
    "regions verify · project acme-shop · environment production · 2026-11-28 · no commit",
    "not asked    fleet         deployed functions were not asked for",
    "not asked    isolation     deployed functions were not asked for",
    "passed       callers       2 callers: 8 of 8 questions answered well",
    "passed       source        6 of 6 questions answered well",
    "not asked    holders       holders were not asked for",
    "not asked    flows         there is nothing of it",
    "not asked    upkeep        deployed functions were not asked for",
    "not asked    quotas        regions.yaml states no quota",
    "not asked    drift         no codebase is deployed by this tool, so no state is kept",
    "not asked    operations    deployed functions were not asked for",
    "not asked    commit        deployments' state was not asked for",
    "failed       check:broken  `echo one >> order.txt; printf '\\033[31ma.ts(3,1): error\\033[0m' >&2;",
    "                           exit 2`: it ended with 2",
    "             - a.ts(3,1): error",
    "failed       check:key     `echo ********************************; exit 1`: it ended with 1",
    "             - ********************************",
    "passed       check:web     `echo two >> ../order.txt` in web ended with 0 after 0 s",
    "failed       check:gone    `echo three` in nowhere: the folder is not there",
    "failed       check:nul     `echo \\u{0}`: it has a NUL character in it",
    "3 passed, 4 failed, 9 not asked: not ready for a release. Exit code 1.",
  ]);
  expect(readFileSync(join(project.folder, "order.txt"), "utf8")).toBe("one\ntwo\n");
});

it("runs none of them where they are left out, and writes text, JSON and a document in one go", async () => {
  withChecks("  build: touch built\n");
  const files = ["--format", "json=out/verify.json", "--format", "markdown=out/verify.md"];
  const { code: ended, stdout } = await regions(...code, "--skip-checks", ...files);
  expect([ended, existsSync(join(project.folder, "built"))]).toEqual([0, false]);
  expect(stdout).toContain("not asked    check:build  `touch built` was left out\n");
  expect(stdout).toContain(
    "2 passed, 10 not asked: nothing that was looked at stands against a release. Exit code 0.\n",
  );
  const data: unknown = JSON.parse(readFileSync(join(project.folder, "out/verify.json"), "utf8"));
  expect([verifySchema.parse(data).status, verifySchema.parse(data).lines.length]).toEqual(["passed", 12]);
  expect(readFileSync(join(project.folder, "out/verify.md"), "utf8")).toContain(
    "| passed | `callers` | 2 callers: 8 of 8 questions answered well |\n",
  );
});

it("says not checked, with exit code 3, where a listing does not show what a line needs", async () => {
  const { code: ended, stdout } = await regions("--sources", "deployed", "--deployed", "listing.txt");
  expect(ended).toBe(3);
  expect(stdout).toMatch(/^not checked {2}operations {2}the listing does not show what state functions are in$/m);
});

it("ends a check that takes too long with all it has started, and Ctrl-C ends it too", async () => {
  withChecks("  slow: touch started; sh -c 'sleep 600' | cat\n");
  const { code: ended, stdout } = await regions(...code, "--timeout", "0.01");
  expect(ended).toBe(1);
  expect(stdout).toContain("did not end within");
  rmSync(join(project.folder, "started"));
  const stopped = await run(["verify", ...code], {
    cwd: project.folder,
    started: (child) => {
      const look = setInterval(() => {
        if (!existsSync(join(project.folder, "started"))) return;
        clearInterval(look);
        child.kill("SIGINT");
      }, 20);
    },
  });
  expect([stopped.code, stopped.stdout]).toEqual([130, ""]);
});

it.each([
  [["--timeout", "soon"], "--timeout soon is no number of minutes. Write it as --timeout 30.\n"],
  [["--commit", "main"], "--commit main is no commit's id. Give 7 or more of its hex digits: `git rev-parse HEAD`.\n"],
])("refuses %s", async (args, told) => {
  const { code: ended, stderr } = await regions(...args);
  expect([ended, stderr.replaceAll("\n  ", " ")]).toEqual([2, told]);
});
