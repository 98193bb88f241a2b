import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { gitlabReport } from "../../src/report/gitlab.ts";
import { clean, everything, frame, hostile } from "./ci-sample.ts";

/**
 * What GitLab demands of each issue (app/validators/json_schemas/codeclimate.json of its repository, read 2026-11-28),
 * with the severities that its page on code quality allows and relative paths, as it asks for there.
 */
const issue = {
  type: "object",
  required: ["description", "fingerprint", "severity", "location", "check_name"],
  properties: {
    description: { type: "string" },
    check_name: { type: "string" },
    fingerprint: { type: "string", minLength: 1 },
    severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
    location: {
      type: "object",
      required: ["path", "lines"],
      properties: {
        path: { type: "string", pattern: "^(?!\\./|/)" },
        lines: { type: "object", required: ["begin"], properties: { begin: { type: "integer", minimum: 1 } } },
      },
    },
  },
};

it("prints open findings and gaps as issues", () => {
  expect(JSON.parse(gitlabReport(everything, frame()))).toEqual([
    {
      type: "issue",
      description:
        "deployed could not be read in full: europe-west4: it did not answer. What hangs on it is not checked; this is not clean.",
      check_name: "could-not-look",
      fingerprint: "could-not-look-deployed",
      severity: "critical",
      location: { path: "fleet/regions.yaml", lines: { begin: 1 } },
    },
    {
      type: "issue",
      description: "stripeWebhook is live in europe-west1 alone; it belongs in europe-west3.",
      check_name: "wrong-region",
      fingerprint: "aa00000000000000",
      severity: "critical",
      location: { path: "fleet/regions.yaml", lines: { begin: 40 } },
    },
    {
      type: "issue",
      description:
        "ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page. Mend: Point the call at europe-west2.",
      check_name: "mismatched-caller",
      fingerprint: "3f2a9c0011223344",
      severity: "major",
      location: { path: "fleet/web/src/ChatterRegister.tsx", lines: { begin: 12, end: 12 } },
    },
    {
      type: "issue",
      description: "Nobody has decided where exportArticles belongs. Mend: Decide.",
      check_name: "undecided",
      fingerprint: "bb00000000000000",
      severity: "minor",
      location: { path: "fleet/regions.yaml", lines: { begin: 14 } },
    },
  ]);
});

it.each([
  ["everything", everything],
  ["hostile names", hostile],
  ["a clean audit", clean],
])("is what GitLab reads: %s", (_, report) => {
  const text = gitlabReport(report, frame());
  const validate = new Ajv().compile({ type: "array", items: issue });
  const rows = JSON.parse(text);
  expect(validate(rows) || validate.errors).toBe(true);
  expect(new Set(rows.map((row: { fingerprint: string }) => row.fingerprint)).size).toBe(rows.length);
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

it("is an empty list where nothing is wrong", () => {
  expect(gitlabReport(clean, frame())).toBe("[]\n");
});
