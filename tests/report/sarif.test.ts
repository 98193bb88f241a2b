import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { sarifReport } from "../../src/report/sarif.ts";
import { clean, everything, frame, hostile, many } from "./ci-sample.ts";
import { finding, report } from "./sample.ts";

/** The schema of the standard: oasis-tcs/sarif-spec, sarif-2.1/schema (errata 01), as of March 2026. */
const file = join(import.meta.dirname, "fixtures/sarif-schema-2.1.0.json");
// It is written for draft 4, and uses nothing that draft 7 reads otherwise but the name of `id`.
const { $schema: _, id, ...schema } = JSON.parse(readFileSync(file, "utf8"));
const uriReference = /^(?:[\w.~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*$/;
const validate = new Ajv({
  strict: false,
  formats: { uri: (text) => URL.canParse(text), "uri-reference": uriReference, "date-time": true },
}).compile(schema);

const runOf = (text: string) => JSON.parse(text).runs[0];

it.each([
  ["everything", everything],
  ["hostile names", hostile],
  ["a clean audit", clean],
  ["more than GitHub keeps", many(2_600)],
])("is valid by the schema of the standard: %s", (_, audit) => {
  const text = sarifReport(audit, frame());
  expect(validate(JSON.parse(text)) || validate.errors).toBe(true);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

it("is refused by that schema where it is wrong", () => {
  const log = JSON.parse(sarifReport(everything, frame()));
  log.runs[0].results[0].level = "fatal";
  expect(validate(log)).toBe(false);
});

it("names the schema that it is valid by", () => {
  expect(JSON.parse(sarifReport(clean, frame())).$schema).toBe(id);
});

it("prints results with places, fingerprints and suppressions", () => {
  const run = runOf(sarifReport(everything, frame()));
  const at = (uri: string, region: object) => ({
    physicalLocation: { artifactLocation: { uri, uriBaseId: "%SRCROOT%" }, region },
  });
  const called = (name: string) => ({ logicalLocations: [{ name, kind: "function" }] });
  const prints = (value: string) => ({ "regionsFinding/v1": value, primaryLocationLineHash: value });
  const page = at("fleet/web/src/ChatterRegister.tsx", { startLine: 12, startColumn: 18, endLine: 12 });
  const callerMessage =
    "ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.\nMend: Point the call at europe-west2.";
  const region = {
    id: 1,
    ...at("fleet/web/src/firebase.ts", { startLine: 9, startColumn: 3 }),
    message: { text: "the region comes from here" },
  };
  const caller = {
    ruleId: "mismatched-caller",
    ruleIndex: 0,
    level: "error",
    message: { text: callerMessage },
    relatedLocations: [region],
    properties: { confidence: "certain", impact: "next", expected: ["europe-west2"], actual: "europe-west1" },
  };
  expect(run.results).toEqual([
    {
      ruleId: "could-not-look",
      ruleIndex: 2,
      level: "error",
      message: {
        text: "deployed could not be read in full: europe-west4: it did not answer. What hangs on it is not checked; this is not clean.",
      },
      locations: [at("fleet/regions.yaml", { startLine: 1 })],
      partialFingerprints: prints("could-not-look-deployed"),
    },
    {
      ruleId: "wrong-region",
      level: "error",
      message: {
        text: "stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.\nstripe calls it there",
      },
      locations: [{ ...at("fleet/regions.yaml", { startLine: 40, startColumn: 3 }), ...called("stripeWebhook") }],
      relatedLocations: [
        {
          id: 1,
          ...at("fleet/regions.yaml", { startLine: 40, startColumn: 3 }),
          message: { text: "class payments wants it in europe-west3" },
        },
      ],
      partialFingerprints: prints("aa00000000000000"),
      properties: { confidence: "certain", impact: "now", expected: ["europe-west3"], actual: "europe-west1" },
    },
    {
      ...caller,
      locations: [{ ...page, ...called("registerChatter") }],
      partialFingerprints: prints("3f2a9c0011223344"),
    },
    {
      ruleId: "undecided",
      ruleIndex: 1,
      level: "warning",
      message: { text: "Nobody has decided where exportArticles belongs.\nMend: Decide." },
      locations: [{ ...at("fleet/regions.yaml", { startLine: 14 }), ...called("exportArticles") }],
      partialFingerprints: prints("bb00000000000000"),
      properties: { confidence: "likely", impact: "later", expected: ["europe-west2"], actual: "europe-west1" },
    },
    {
      ...caller,
      locations: [{ ...page, ...called("registerBlogger") }],
      partialFingerprints: prints("cc00000000000000"),
      suppressions: [
        {
          kind: "external",
          status: "accepted",
          justification: "retired with the old page (owner growth, until 2027-01-31)",
          location: at("fleet/regions.yaml", { startLine: 90, startColumn: 5 }),
        },
      ],
    },
  ]);
});

it("tells gaps and what was not checked, and does not call such a run a success", () => {
  const { invocations, automationDetails, tool } = runOf(sarifReport(everything, frame()));
  expect(invocations).toEqual([
    {
      executionSuccessful: false,
      exitCode: 1,
      toolExecutionNotifications: [
        {
          descriptor: { id: "could-not-look" },
          level: "error",
          message: { text: "deployed, functions, europe-west4: it did not answer" },
        },
        {
          descriptor: { id: "not-checked" },
          associatedRule: { id: "stale-holder" },
          level: "note",
          message: { text: "stale-holder was not checked: holders were not asked for" },
        },
      ],
    },
  ]);
  expect(automationDetails).toEqual({ id: "regions/production/declared+callers+deployed/" });
  expect(tool.driver.rules[0]).toEqual({
    id: "mismatched-caller",
    shortDescription: { text: "a caller names a region where the function does not belong" },
    fullDescription: { text: "a caller names a region where the function does not belong" },
    help: {
      text: "# mismatched-caller\n\nA page calls elsewhere.\n",
      markdown: "# mismatched-caller\n\nA page calls elsewhere.\n",
    },
    defaultConfiguration: { level: "error" },
    properties: { tags: ["callers"] },
  });
  const { invocations: clear, results } = runOf(sarifReport(clean, frame({ exitCode: 0 })));
  expect(clear).toEqual([{ executionSuccessful: true, exitCode: 0, toolExecutionNotifications: [] }]);
  expect(results).toEqual([]);
});

it("keeps the most severe of what exceeds GitHub's limit, and says what it cut", () => {
  const { results, invocations } = runOf(sarifReport(many(2_600), frame()));
  expect(results).toHaveLength(5_000);
  expect(results.map(({ level }: { level: string }) => level).lastIndexOf("error")).toBe(2_599);
  expect(invocations[0].toolExecutionNotifications).toEqual([
    {
      descriptor: { id: "results-cut" },
      level: "warning",
      message: {
        text: "200 results left out, among them 0 open errors: GitHub keeps 5000 of a run, and those kept are the most severe.",
      },
    },
  ]);
});

it("percent-encodes paths and writes out what would be a link", () => {
  const place = { file: "a b/50%#?ü[x]\ud800.ts", line: 1 };
  const [result] = runOf(
    sarifReport(report({ findings: [finding({ place, message: "see [here](1)", mend: "", related: [] })] }), frame()),
  ).results;
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(
    "fleet/a%20b/50%25%23%3F%C3%BC%5Bx%5D%EF%BF%BD.ts",
  );
  expect(result.message.text).toBe("see \\[here](1)");
});

it("names at most as many related places as GitHub keeps", () => {
  const related = [...Array(130).keys()].map((index) => ({
    place: { file: "a.ts", line: index + 1 },
    message: "here",
  }));
  const [result] = runOf(sarifReport(report({ findings: [finding({ related })] }), frame())).results;
  expect(result.relatedLocations).toHaveLength(100);
  expect(result.message.text).toContain("\nand 30 more places");
});
