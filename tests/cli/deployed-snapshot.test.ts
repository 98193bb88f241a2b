import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectCopy, run } from "./run.ts";

const project = projectCopy("faulty");
const day = ["--today", "2026-11-22", "--format", "json"];
const snapshot = join(project.folder, "look.json");

beforeAll(async () => {
  const taken = await run(["snapshot", "--deployed", "listing.txt", "-o", "look.json"], { cwd: project.folder });
  expect([taken.code, taken.stderr]).toEqual([0, expect.any(String)]);
});
afterAll(() => project.remove());

const auditOf = async (file: string) => {
  const ran = await run(["audit", "--deployed", file, ...day], { cwd: project.folder });
  return { code: ran.code, stderr: ran.stderr, report: ran.stdout === "" ? null : JSON.parse(ran.stdout) };
};

it("gives what is deployed as well as the listing it was made from", async () => {
  const [fromListing, fromSnapshot] = [await auditOf("listing.txt"), await auditOf("look.json")];
  expect(fromListing.code).toBe(1);
  expect(fromSnapshot.code).toBe(1);
  expect(fromSnapshot.report.findings).toEqual(fromListing.report.findings);
  expect(fromSnapshot.report.checked).toEqual(fromListing.report.checked);
});

it("keeps the gaps of the look it was made in", async () => {
  const look = JSON.parse(readFileSync(snapshot, "utf8"));
  const gap = { source: "deployed", facet: "functions", scope: "us-central1", region: "us-central1", reason: "403" };
  writeFileSync(join(project.folder, "partial.json"), JSON.stringify({ ...look, gaps: [gap] }));
  const { report } = await auditOf("partial.json");
  expect(report.gaps).toEqual([gap]);
  expect(report.sources.deployed).toBe("partial");
});

it("refuses one in which nobody looked at what is deployed", async () => {
  const look = JSON.parse(readFileSync(snapshot, "utf8"));
  writeFileSync(join(project.folder, "without.json"), JSON.stringify({ ...look, deployed: null }));
  const { code, stderr, report } = await auditOf("without.json");
  expect([code, report]).toEqual([2, null]);
  expect(stderr).toContain("without.json is a snapshot in which nobody looked at what is deployed.");
});

it.each([
  ["an array of nothing", "[]"],
  ["an answer with nothing", '{"status":"success","result":[]}'],
])("takes a listing without any function for a look that failed: %s", async (_, text) => {
  writeFileSync(join(project.folder, "nothing.json"), text);
  const args = ["audit", "--deployed", "nothing.json", "--sources", "deployed", ...day];
  const ran = await run(args, { cwd: project.folder });
  const report = JSON.parse(ran.stdout);
  const rules = report.findings.map((finding: { rule: string }) => finding.rule);
  expect([ran.code, rules]).toEqual([3, ["undecided"]]);
  expect(report.gaps).toEqual([
    {
      source: "deployed",
      facet: "functions",
      scope: "*",
      region: null,
      reason: "nothing.json lists no function at all, and cannot tell an empty project from one that was not reached",
    },
  ]);
});
