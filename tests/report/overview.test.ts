import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/model/finding.ts";
import { groupedBy } from "../../src/report/group-by.ts";
import { displayWidth, headOf, tailOf } from "../../src/report/layout.ts";
import { type TerminalOptions, terminalReport } from "../../src/report/terminal.ts";
import { finding, report } from "./sample.ts";

const options: TerminalOptions = {
  width: 80,
  color: false,
  verbose: false,
  all: false,
  groupBy: null,
  failOn: "error",
  exitCode: 1,
  hasState: true,
  excerpts: new Map(),
  next: "regions explain rule-0",
};

/** As a fleet of 423 functions could have them: 40 rules' worth, some warnings, some felt today. */
function findings(number: number): readonly Finding[] {
  return Array.from({ length: number }, (_, index) =>
    finding({
      rule: `rule-${index % 40}`,
      severity: index % 5 === 4 ? "warning" : "error",
      impact: index % 40 === 0 ? "now" : "next",
      function: `function${index % 90}`,
      actual: `europe-west${1 + (index % 4)}`,
      place: { file: `web/src/pages/section/Page${index % 61}.tsx`, line: index + 1 },
    }),
  );
}

const many = report({
  findings: findings(500),
  gaps: [{ source: "holders", facet: "stripe", scope: "stripe", region: null, reason: "no key" }],
  notChecked: [{ rule: "stale-holder", scope: "*", reason: "no key" }],
  notes: ["The listing is 3 days old."],
});

describe("many findings", () => {
  it("are told on one screen, with what could not be looked at, the verdict, and how to see them all", () => {
    expect(terminalReport(many, options)).toBe(`regions audit · project acme-prod · environment production · 2026-11-22

500 findings in 40 rules
  errors  warnings  today  rule
      13         0     13  rule-0
      13         0      0  rule-1
      13         0      0  rule-10
      13         0      0  rule-11
      13         0      0  rule-12
      13         0      0  rule-13
      13         0      0  rule-15
      13         0      0  rule-16
      13         0      0  rule-17
  and 31 more rules: 283 errors, 100 warnings

Could not look: 1 gap (holders). Not or not fully checked: 1 rule. Not asked:
  holders, state. Worth knowing: 1 remark. Score 9.2 of 10.
All 500: the same command with --all. Other groups: --group-by
  function|region|rule|file.
400 errors, 100 warnings (13 broken for customers today), 1 gap. Exit code 1:
  findings at or above --fail-on error.
Next: regions explain rule-0
`);
  });

  it.each(["function", "region", "rule", "file"] as const)("fit 24 lines of 80 columns by %s", (groupBy) => {
    const lines = terminalReport(many, { ...options, groupBy }).split("\n");
    // The last, empty one is where the shell writes.
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
  });

  it.each([40, 60, 80, 120, 200])("keep within %i columns, whatever names they have", (width) => {
    const long = "web/src/ページ/とても長い名前のフォルダ/".repeat(5);
    const hostile = "\u001b[2J\u202e👩‍👩‍👧/x.ts";
    const findingsOf = findings(500).map((one, index) => ({
      ...one,
      place: { file: `${index % 2 === 0 ? long : hostile}${index % 9}`, line: 1 },
    }));
    const text = terminalReport(report({ findings: findingsOf }), { ...options, width, groupBy: "file" });
    const rows = text.split("\n").filter((line) => /^ +\d+ +\d+ +\d+ {2}/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    expect(rows.filter((line) => displayWidth(line) > width)).toEqual([]);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it("are 25 and more; 24 are told in full, and all are with --all or --verbose", () => {
    const full = (number: number, more: Partial<TerminalOptions> = {}) =>
      terminalReport(report({ findings: findings(number) }), { ...options, ...more }).split("mend: ").length - 1;
    expect([full(24), full(25), full(25, { all: true }), full(500, { verbose: true })]).toEqual([24, 0, 25, 500]);
  });

  it("do not count what is suppressed", () => {
    const place = { file: "regions.yaml", line: 9 };
    const suppressed = { kind: "baseline" as const, reason: "legacy", owner: null, until: null, place };
    const text = terminalReport(
      report({ findings: findings(60).map((one, at) => (at < 30 ? { ...one, suppressed } : one)) }),
      options,
    );
    expect(text).toContain("30 findings in 30 rules\n");
    expect(text).toContain("30 findings left out by `ignore` or the baseline.");
  });

  it("are the same without colour", () => {
    const colored = terminalReport(many, { ...options, color: true });
    expect(colored).toContain("\u001b[31m");
    expect(stripVTControlCharacters(colored)).toBe(terminalReport(many, options));
  });
});

describe("--group-by", () => {
  it("puts few findings together in full, what customers feel today first", () => {
    const text = terminalReport(
      report({
        findings: [
          finding({ function: "alpha" }),
          finding({ function: "beta", impact: "now" }),
          finding({ function: "alpha", severity: "warning" }),
          finding({ function: null }),
        ],
      }),
      { ...options, groupBy: "function" },
    );
    const titles = [...text.matchAll(/^(\S.*?) {2}\d+ (?:error|warning).*$/gm)].map((match) => match[0]);
    expect(titles).toEqual(["beta  1 error", "alpha  1 error, 1 warning", "no function  1 error"]);
  });

  it("takes for a region where something is, else where it belongs", () => {
    const of = (actual: string | null, expected: string[]) => finding({ actual, expected });
    const groups = groupedBy(
      [
        of("europe-west1", ["europe-west2"]),
        of("europe-west1, europe-west3", []),
        of("nodejs18", ["europe-west2"]),
        of(null, ["europe-west2"]),
        of("FAILED", []),
      ],
      "region",
    );
    expect(groups.map(({ title, findings: own }) => [title, own.length])).toEqual([
      ["europe-west2", 2],
      ["europe-west1", 1],
      ["europe-west1, europe-west3", 1],
      ["no region", 1],
    ]);
  });
});

describe("a text that is too wide", () => {
  it("keeps its end after an ellipsis, or its beginning, in columns and not in characters", () => {
    expect(tailOf("web/src/Page.tsx", 16)).toBe("web/src/Page.tsx");
    expect(tailOf("web/src/Page.tsx", 9)).toBe("…Page.tsx");
    expect(tailOf("ページ/一覧.tsx", 9)).toBe("…一覧.tsx");
    expect(tailOf("ページ/一覧.tsx", 8)).toBe("…覧.tsx");
    expect(headOf("ページ.tsx", 5)).toBe("ペー");
    expect(headOf("𠮷野家", 4)).toBe("𠮷野");
    expect(displayWidth("𠮷")).toBe(2);
  });
});
