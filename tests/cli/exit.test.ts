import { expect, it } from "vitest";
import { exitCodeOf } from "../../src/cli/exit.ts";
import type { Gap } from "../../src/model/gap.ts";
import { finding, report } from "../report/sample.ts";

const gap: Gap = {
  source: "deployed",
  facet: "functions",
  scope: "europe-west4",
  region: "europe-west4",
  reason: "unreachable",
};
const warning = finding({ severity: "warning" });
const suppressed = finding({
  suppressed: {
    kind: "ignore" as const,
    reason: "retired",
    owner: null,
    until: null,
    place: { file: "regions.yaml", line: 9 },
  },
});

it.each([
  ["nothing found and nothing left unread", report(), "error", 0],
  ["an error", report({ findings: [finding()] }), "error", 1],
  ["an error and a gap: findings win", report({ findings: [finding()], gaps: [gap] }), "error", 1],
  ["a warning below the bar", report({ findings: [warning] }), "error", 0],
  ["a warning at the bar", report({ findings: [warning] }), "warning", 1],
  ["a warning below the bar and a gap", report({ findings: [warning], gaps: [gap] }), "error", 3],
  ["a gap alone", report({ gaps: [gap] }), "error", 3],
  ["a suppressed error", report({ findings: [suppressed] }), "error", 0],
  ["a suppressed error and a gap", report({ findings: [suppressed], gaps: [gap] }), "warning", 3],
  [
    "a source read in part, although nobody wrote the gap down",
    report({
      sources: { declared: "read", callers: "partial", deployed: "read", holders: "read", state: "not asked" },
    }),
    "error",
    3,
  ],
  [
    "a source that failed",
    report({ sources: { declared: "read", callers: "read", deployed: "failed", holders: "read", state: "not asked" } }),
    "error",
    3,
  ],
] as const)("%s ends with its code", (_, given, failOn, code) => {
  expect(exitCodeOf(given, failOn)).toBe(code);
});
