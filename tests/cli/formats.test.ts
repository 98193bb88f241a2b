import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseXml } from "../report/strict-xml.ts";
import { projectCopy, run } from "./run.ts";

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("faulty");
});
afterEach(() => project.remove());

const gate = ["audit", "--sources", "declared,callers", "--today", "2026-11-22"];
const read = (file: string): string => readFileSync(join(project.folder, file), "utf8");

it("writes several formats of one look, each with the same finding, and leaves the text on standard output", async () => {
  const formats = ["sarif=out/a.sarif", "gitlab=out/a.json", "junit=out/a.xml", "github=out/a.txt", "json=out/b.json"];
  const args = [...gate, ...formats.flatMap((one) => ["--format", one])];
  const [plain, many] = [await run(gate, { cwd: project.folder }), await run(args, { cwd: project.folder })];
  expect(many).toEqual(plain);
  expect(many.code).toBe(1);
  expect(readdirSync(join(project.folder, "out")).sort()).toEqual(["a.json", "a.sarif", "a.txt", "a.xml", "b.json"]);
  const [finding] = JSON.parse(read("out/b.json")).findings;
  const { driver } = JSON.parse(read("out/a.sarif")).runs[0].tool;
  const [result] = JSON.parse(read("out/a.sarif")).runs[0].results;
  expect(result.partialFingerprints["regionsFinding/v1"]).toBe(finding.fingerprint);
  expect(driver.rules[result.ruleIndex].id).toBe("mismatched-caller");
  expect(driver.rules[result.ruleIndex].help.markdown).toMatch(/^# mismatched-caller\n/);
  expect(driver.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(JSON.parse(read("out/a.json"))[0].fingerprint).toBe(finding.fingerprint);
  expect(parseXml(read("out/a.xml")).attributes).toMatchObject({ failures: "1", errors: "0" });
  expect(read("out/a.txt")).toMatch(/^::error file=web\/src\/Checkout\.tsx,line=5,col=15,title=mismatched-caller::/);
}, 60_000);

it("counts paths from the top of the repository", async () => {
  const inner = join(project.folder, "fleet");
  mkdirSync(inner);
  for (const name of readdirSync(project.folder)) {
    if (name !== "fleet") renameSync(join(project.folder, name), join(inner, name));
  }
  mkdirSync(join(project.folder, ".git"));
  const { stdout } = await run([...gate, "--sources", "declared", "--format", "gitlab"], { cwd: inner });
  expect(JSON.parse(stdout).map((row: { location: { path: string } }) => row.location.path)).toContain(
    "fleet/regions.yaml",
  );
}, 60_000);
