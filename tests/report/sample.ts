import type { Finding, Report } from "../../src/model/finding.ts";

/** A finding as the audit makes it, with what a test is about written over it. */
export function finding(over: Partial<Finding> = {}): Finding {
  return {
    rule: "mismatched-caller",
    severity: "error",
    confidence: "certain",
    impact: "next",
    message:
      "ChatterRegister.tsx:12 calls registerChatter in europe-west1; it belongs in europe-west2. A stray copy still answers there; pruning it breaks this page.",
    mend: "Point the call at europe-west2.",
    function: "registerChatter",
    place: { file: "web/src/ChatterRegister.tsx", line: 12, column: 18, endLine: 12 },
    expected: ["europe-west2"],
    actual: "europe-west1",
    related: [{ place: { file: "web/src/firebase.ts", line: 9, column: 3 }, message: "the region comes from here" }],
    fingerprint: "3f2a9c0011223344",
    fixable: true,
    suppressed: null,
    ...over,
  };
}

export function report(over: Partial<Report> = {}): Report {
  return {
    version: 1,
    project: "acme-prod",
    environment: "production",
    today: "2026-11-22",
    findings: [],
    gaps: [],
    notChecked: [],
    sources: { declared: "read", callers: "read", deployed: "read", holders: "not asked", state: "not asked" },
    checked: { rules: 22, functions: 423, callers: 118, holders: 0 },
    score: {
      overall: 9.2,
      parts: { fleet: { passed: 400, checked: 423, score: 9.5 }, holders: { passed: 0, checked: 0, score: null } },
    },
    notes: [],
    ...over,
  };
}
