import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { displayWidth } from "../../src/report/layout.ts";
import { type TerminalOptions, terminalReport } from "../../src/report/terminal.ts";
import { finding, report } from "./sample.ts";

const options: TerminalOptions = {
  width: 100,
  color: false,
  verbose: false,
  all: false,
  groupBy: null,
  failOn: "error",
  exitCode: 1,
  hasState: false,
  excerpts: new Map(),
  next: null,
};

it("shows a finding with place, source line, what, mend and where it comes from", () => {
  const excerpts = new Map([
    ["web/src/ChatterRegister.tsx:12", '  const register = httpsCallable(functionsWest1, "registerChatter");'],
  ]);
  const text = terminalReport(report({ findings: [finding()] }), {
    ...options,
    excerpts,
    next: "regions explain mismatched-caller",
  });
  expect(text).toBe(`regions audit · project acme-prod · environment production · 2026-11-22

Breaks at the next step: a deployment, a clean-up, a date  1 error

web/src/ChatterRegister.tsx:12:18  error  [mismatched-caller]
  12 |   const register = httpsCallable(functionsWest1, "registerChatter");
     |                  ^
  ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray
  copy still answers there; pruning it breaks this page.
  mend: Point the call at europe-west2.
    - web/src/firebase.ts:9:3  the region comes from here

Worth knowing
  Not asked: holders.

Checked 22 rules on 423 functions, 118 callers, 0 holders.
Score 9.2 of 10: fleet 9.5 (400 of 423) · holders not checked
1 error, 0 gaps. Exit code 1: findings at or above --fail-on error.
Next: regions explain mismatched-caller
`);
});

it("puts what is broken today before what comes later, and errors before warnings", () => {
  const text = terminalReport(
    report({
      findings: [
        finding({ rule: "undecided", severity: "warning", impact: "later" }),
        finding({ rule: "region-quota", severity: "warning", impact: "now" }),
        finding({ rule: "stale-holder", impact: "now" }),
      ],
    }),
    options,
  );
  const order = [...text.matchAll(/\[([\w-]+)\]/g)].map((match) => match[1]);
  expect(order).toEqual(["stale-holder", "region-quota", "undecided"]);
});

it("names gaps by reason, with the scopes they share, and never calls that clean", () => {
  const gaps = ["europe-west3", "us-east1"].map((region) => ({
    source: "deployed" as const,
    facet: "functions" as const,
    scope: region,
    region,
    reason: "403: the caller lacks cloudfunctions.functions.list",
  }));
  const text = terminalReport(report({ gaps }), { ...options, exitCode: 3 });
  expect(text).toContain(
    "Could not look  2 gaps\n  deployed, functions (europe-west3, us-east1): 403: the caller lacks cloudfunctions.functions.list\n",
  );
  expect(text).toContain(
    "No findings, 2 gaps. Exit code 3: part of what was asked for could not be read: this is not clean.\n",
  );
});

it("tells a cause once, however many sources and rules it stops", () => {
  const reason = "no Google credentials were found";
  const gap = (source: "deployed" | "holders", facet: "functions" | "scheduler" | "stripe", scope = "*") => ({
    source,
    facet,
    scope,
    region: null,
    reason,
  });
  const text = terminalReport(
    report({
      gaps: [gap("deployed", "functions"), gap("holders", "scheduler"), gap("holders", "stripe", "stripe")],
      notChecked: [
        { rule: "wrong-region", scope: "*", reason: `deployed functions could not be read: ${reason}` },
        { rule: "broken-flow", scope: "*", reason },
      ],
    }),
    { ...options, exitCode: 3 },
  );
  expect(text).toContain(
    "Could not look  3 gaps\n  deployed, functions; holders, scheduler, stripe: no Google credentials were found\n",
  );
  expect(text).toContain(
    "  deployed functions could not be read: wrong-region\n  they need what could not be looked at, above: broken-flow\n",
  );
});

it("says in the last line how much of it customers feel today", () => {
  const text = terminalReport(report({ findings: [finding(), finding({ impact: "now" })] }), options);
  expect(text).toContain("2 errors (1 broken for customers today), 0 gaps. Exit code 1:");
});

it("tells what was not checked, and shortens long lists of scopes unless asked", () => {
  const notChecked = Array.from({ length: 8 }, (_, index) => ({
    rule: "region-quota",
    scope: `europe-west${index + 1}`,
    reason: "the listing cannot show cpu",
  }));
  const short =
    "region-quota (europe-west1, europe-west2, europe-west3, europe-west4, europe-west5, europe-west6 and 2 more)";
  expect(terminalReport(report({ notChecked }), { ...options, width: 200 })).toContain(
    `  the listing cannot show cpu: ${short}\n`,
  );
  expect(terminalReport(report({ notChecked }), { ...options, width: 200, verbose: true })).toContain("europe-west8)");
});

it("leaves suppressed findings out of the list and counts them", () => {
  const suppressed = {
    kind: "ignore" as const,
    reason: "retired",
    owner: null,
    until: null,
    place: { file: "regions.yaml", line: 90 },
  };
  const known = { ...suppressed, kind: "baseline" as const };
  const findings = [finding({ suppressed }), finding({ suppressed: known }), finding({ suppressed: known })];
  const text = terminalReport(report({ findings }), { ...options, exitCode: 0 });
  expect(text).not.toContain("ChatterRegister");
  expect(text).toContain(
    "1 finding left out by `ignore` in the manifest.\n2 findings left out by the baseline.\nNo findings, 0 gaps. Exit code 0:",
  );
});

it("lets no name drive the terminal", () => {
  const hostile = "x\u001b]0;owned\u0007\u202e";
  const text = terminalReport(
    report({
      project: hostile,
      findings: [finding({ function: hostile, message: hostile, mend: hostile, place: { file: hostile, line: 1 } })],
      gaps: [{ source: "callers", facet: "files", scope: hostile, region: null, reason: hostile }],
      notChecked: [{ rule: "x", scope: hostile, reason: hostile }],
      notes: [hostile],
    }),
    { ...options, excerpts: new Map([[`${hostile}:1`, hostile]]) },
  );
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).toContain("x\\u{1b}]0;owned\\u{7}\\u{202e}");
});

it("colours only when asked, and says the same", () => {
  const plain = terminalReport(report({ findings: [finding()] }), options);
  const colored = terminalReport(report({ findings: [finding()] }), { ...options, color: true });
  expect(plain).not.toContain("\u001b");
  expect(colored).toContain("\u001b[31m");
  expect(stripVTControlCharacters(colored)).toBe(plain);
});

it("shows a line of 100,000 characters around the column", () => {
  const line = `${"a".repeat(60_000)}TARGET${"b".repeat(40_000)}`;
  const place = { file: "bundle.js", line: 1, column: 60_001 };
  const text = terminalReport(report({ findings: [finding({ place })] }), {
    ...options,
    excerpts: new Map([["bundle.js:1", line]]),
  });
  const [shown = "", pointer = ""] = text.split("\n").filter((row) => row.includes(" | "));
  expect(shown.length).toBeLessThanOrEqual(100);
  expect(shown.indexOf("TARGET")).toBe(pointer.indexOf("^"));
});

it("keeps an excerpt of wide characters within the screen, and its pointer under the column", () => {
  const line = `const 見出し = "${"長い文字列".repeat(30)}"; call();`;
  const place = { file: "a.ts", line: 1, column: line.indexOf("call") + 1 };
  const text = terminalReport(report({ findings: [finding({ place })] }), {
    ...options,
    width: 60,
    excerpts: new Map([["a.ts:1", line]]),
  });
  const [shown = "", pointer = ""] = text.split("\n").filter((row) => row.includes(" | "));
  expect(displayWidth(shown)).toBeLessThanOrEqual(60);
  expect(displayWidth(shown.slice(0, shown.indexOf("call")))).toBe(pointer.indexOf("^"));
});
