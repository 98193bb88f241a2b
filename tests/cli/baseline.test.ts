import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import { formatBaseline, parseBaseline } from "../../src/cli/baseline-file.ts";
import { auditSchema, baselineSchema, jsonSchemaOf } from "../../src/report/schema.ts";
import { projectCopy, run } from "./run.ts";

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("faulty");
});
afterEach(() => project.remove());

const gate = ["--sources", "declared,callers", "--today", "2026-11-22"];
const page = "web/src/Checkout.tsx";
const read = (file: string): string => readFileSync(join(project.folder, file), "utf8");
const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(join(project.folder, file), change(read(file)));
const regions = (...args: string[]) => run([...args, ...gate], { cwd: project.folder });

it("lets a gate stop at new findings alone, and shrinks as old ones are mended", async () => {
  expect((await regions("baseline", "write", "--reason", "old")).code).toBe(0);
  const audited = () => regions("audit", "--baseline", "regions-baseline.json", "--format", "json");
  // Lines that move change nothing.
  edit(page, (text) => `// Pays.\n\n${text}`);
  const same = await audited();
  expect(same.code).toBe(0);
  const report = JSON.parse(same.stdout);
  const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(auditSchema, "test"));
  expect(validate(report) || validate.errors).toBe(true);
  expect(report.findings.map((one: { suppressed: { kind: string } }) => one.suppressed.kind)).toEqual([
    "baseline",
    "baseline",
  ]);

  // Another page with the same fault is new.
  writeFileSync(join(project.folder, "web/src/Second.tsx"), read(page));
  const more = await audited();
  expect(more.code).toBe(1);
  const open = JSON.parse(more.stdout).findings.filter((one: { suppressed: unknown }) => one.suppressed === null);
  expect(open.map((one: { place: { file: string } }) => one.place.file)).toEqual(["web/src/Second.tsx"]);

  // The first page goes: its entry goes, and the second one stays a finding.
  edit(page, () => "export {};\n");
  const written = await regions("baseline", "write");
  expect(written.stdout).toContain("1 taken out, whose findings are gone: mismatched-caller of createPaymentIntent.");
  expect(written.stdout).toContain("1 new and left out: mismatched-caller of createPaymentIntent.");
  expect(parseBaseline(read("regions-baseline.json"), "b").map(({ rule }) => rule)).toEqual(["undecided"]);
  expect((await audited()).code).toBe(1);
}, 120_000);

it("is a file of its schema, in an order of its own, that reads back as it was written", async () => {
  await regions("baseline", "write", "--owner", "web\u202e", "--reason", "old");
  const text = read("regions-baseline.json");
  const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(baselineSchema, "test"));
  expect(validate(JSON.parse(text)) || validate.errors).toBe(true);
  expect(text).not.toContain("\u202e");
  const entries = parseBaseline(text, "regions-baseline.json");
  expect(entries.map(({ owner, place }) => [owner, place.line])).toEqual([
    ["web\u202e", 4],
    ["web\u202e", 5],
  ]);
  expect(formatBaseline(entries.toReversed())).toBe(text);
}, 60_000);

it("writes no caller of its own: addresses in a baseline and in reports are not calls", async () => {
  edit("regions.yaml", (text) =>
    text.replace("web: { root: web, mode: production }", "web: { root: ., mode: production }"),
  );
  const before = JSON.parse((await regions("audit", "--format", "json")).stdout).checked.callers;
  const url = "https://europe-west1-acme-shop.cloudfunctions.net/searchArticles";
  writeFileSync(
    join(project.folder, "regions-baseline.json"),
    JSON.stringify({ version: 1, findings: [{ message: url }] }),
  );
  writeFileSync(
    join(project.folder, "quality.json"),
    JSON.stringify([{ check_name: "stale-holder", description: url }]),
  );
  writeFileSync(join(project.folder, "audit.xml"), `<testsuites name="regions audit"><x>${url}</x></testsuites>`);
  expect(JSON.parse((await regions("audit", "--format", "json")).stdout).checked.callers).toBe(before);
  writeFileSync(join(project.folder, "calls.json"), JSON.stringify({ url }));
  expect(JSON.parse((await regions("audit", "--format", "json")).stdout).checked.callers).toBe(before + 1);
}, 120_000);
