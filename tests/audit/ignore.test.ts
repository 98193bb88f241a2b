import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { matchesGlob } from "../../src/audit/ignore.ts";
import { caller, copy, look, manifestOf, today } from "./look.ts";

const functions = ["registerChatter: affiliate", "getAdminStats: core"];
const deployed = [
  copy("registerChatter", "europe-west2"),
  copy("registerChatter", "europe-west1"),
  copy("registerChatter", "us-central1"),
  copy("getAdminStats", "europe-west1"),
];
const callers = [
  caller("web/src/pages/Register.tsx", 3, "registerChatter", "europe-west1"),
  caller("web/src/legacy/old/Register.tsx", 5, "registerChatter", "europe-west1"),
];

function suppressed(entry: string) {
  const report = audit(look({ deployed, callers }), manifestOf(functions, `ignore:\n  - { ${entry} }\n`), today);
  const hidden = report.findings.filter((finding) => finding.suppressed !== null);
  return { report, hidden: hidden.map((finding) => `${finding.rule} ${finding.place?.file ?? finding.actual}`) };
}

describe("ignore", () => {
  it("hides findings of its own rule alone, keeps them in the report, last, with who and why", () => {
    const { report, hidden } = suppressed(
      "rule: duplicate-function, function: registerChatter, reason: kept for old apps, owner: growth",
    );
    expect(hidden).toEqual(["duplicate-function europe-west1", "duplicate-function us-central1"]);
    expect(report.findings.map((finding) => finding.rule)).toEqual([
      "mismatched-caller",
      "mismatched-caller",
      "duplicate-function",
      "duplicate-function",
    ]);
    expect(report.findings[2]?.suppressed).toMatchObject({ reason: "kept for old apps", owner: "growth", until: null });
  });

  it("can be narrowed to a region or to files", () => {
    expect(suppressed("rule: duplicate-function, region: us-central1, reason: r").hidden).toEqual([
      "duplicate-function us-central1",
    ]);
    expect(suppressed('rule: mismatched-caller, file: "web/src/legacy/**", reason: r').hidden).toEqual([
      "mismatched-caller web/src/legacy/old/Register.tsx",
    ]);
    expect(suppressed("rule: duplicate-function, function: getAdminStats, reason: r").hidden).toEqual([]);
  });

  it("for files hides one finding of several places only where it covers them all", () => {
    const lost = ["web/src/a.ts", "web/src/legacy/b.ts"].map((file) => caller(file, 4, "exportAll", "europe-west1"));
    const hiding = (file: string) => {
      const manifest = manifestOf(functions, `ignore:\n  - { rule: unknown-callee, file: "${file}", reason: r }\n`);
      return audit(look({ deployed, callers: lost }), manifest, today)
        .findings.filter(({ rule }) => rule === "unknown-callee")
        .map(({ place, related, suppressed }) => [place?.file, related.length, suppressed !== null]);
    };
    expect(hiding("web/src/a.ts")).toEqual([["web/src/a.ts", 1, false]]);
    expect(hiding("web/src/**")).toEqual([["web/src/a.ts", 1, true]]);
  });

  it("takes what it hides out of the score, neither passed nor failed", () => {
    const parts = (entry: string) => suppressed(entry).report.score.parts.callers;
    expect(parts("rule: undecided, function: getAdminStats, reason: r")).toEqual({ passed: 6, checked: 8, score: 7.5 });
    expect(parts('rule: mismatched-caller, file: "**", reason: r')).toEqual({ passed: 6, checked: 6, score: 10 });
  });

  it("holds through its last day and not longer", () => {
    expect(
      suppressed("rule: mismatched-caller, function: registerChatter, reason: r, until: 2026-11-22").hidden,
    ).toHaveLength(2);
    const { report, hidden } = suppressed(
      "rule: mismatched-caller, function: registerChatter, reason: r, until: 2026-11-21",
    );
    expect(hidden).toEqual([]);
    expect(report.findings.at(-1)).toMatchObject({ rule: "expired-ignore", severity: "warning" });
  });
});

describe("globs over places", () => {
  it.each([
    ["web/src/*.tsx", "web/src/App.tsx", true],
    ["web/src/*.tsx", "web/src/pages/App.tsx", false],
    ["web/**/*.tsx", "web/App.tsx", true],
    ["web/**/*.tsx", "web/src/pages/App.tsx", true],
    ["**", "web/src/App.tsx", true],
    ["web/src/App.ts?", "web/src/App.tsx", true],
    ["web/src/App.ts?", "web/src/App.ts", false],
    ["web/src", "web/src/App.tsx", false],
    ["*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected);
  });
});
