import { describe, expect, it } from "vitest";
import { audit } from "../../src/audit/audit.ts";
import { draftBaseline } from "../../src/audit/baseline-draft.ts";
import type { BaselineEntry, PlacedEntry } from "../../src/model/baseline.ts";
import type { Report } from "../../src/model/finding.ts";
import { brief, caller, copy, look, manifestOf, today, unreachable } from "./look.ts";

const manifest = manifestOf(["registerChatter: affiliate", "getAdminStats: core"]);
const deployed = [
  copy("registerChatter", "europe-west2"),
  copy("registerChatter", "europe-west1"),
  copy("getAdminStats", "europe-west1"),
];
const page = caller("web/src/Register.tsx", 3, "registerChatter", "europe-west1");
const other = caller("web/src/Other.tsx", 8, "registerChatter", "europe-west1");
const snapshot = look({ deployed, callers: [page] });
const first = audit(snapshot, manifest, today);

const said = { owner: "growth", reason: "known", until: "2026-12-31" };
const placed = (entries: readonly BaselineEntry[]): readonly PlacedEntry[] =>
  entries.map((entry, index) => ({ ...entry, place: { file: "regions-baseline.json", line: index + 4 } }));
const baseline = placed(draftBaseline([], first, said).entries);
const kinds = (report: Report) => report.findings.map(({ rule, suppressed }) => [rule, suppressed?.kind ?? null]);
const told = (entries: readonly BaselineEntry[]) => entries.map(({ rule, file }) => `${rule} ${file}`);

describe("an audit with a baseline", () => {
  it("suppresses what the entries hold, with who, why and where", () => {
    expect(brief(first)).toHaveLength(2);
    const report = audit(snapshot, manifest, today, baseline);
    expect(kinds(report)).toEqual([
      ["mismatched-caller", "baseline"],
      ["duplicate-function", "baseline"],
    ]);
    expect(report.findings[0]?.suppressed).toEqual({
      kind: "baseline",
      reason: "known",
      owner: "growth",
      until: "2026-12-31",
      place: { file: "regions-baseline.json", line: 4 },
    });
    expect(report.notes).toEqual(first.notes);
  });

  it("takes what it suppresses out of the score, neither passed nor failed", () => {
    const before = first.score.parts.callers;
    expect(audit(snapshot, manifest, today, baseline).score.parts.callers).toEqual({
      passed: before?.passed,
      checked: (before?.checked ?? 0) - 1,
      score: 10,
    });
  });

  it("counts a moved line as the same finding, and another in its place as a new one", () => {
    const moved = look({ deployed, callers: [caller("web/src/Register.tsx", 70, "registerChatter", "europe-west1")] });
    expect(kinds(audit(moved, manifest, today, baseline))).toEqual(kinds(audit(snapshot, manifest, today, baseline)));
    const swapped = audit(look({ deployed, callers: [other] }), manifest, today, baseline);
    expect(kinds(swapped)).toEqual([
      ["mismatched-caller", null],
      ["duplicate-function", "baseline"],
    ]);
    expect(swapped.notes.at(-1)).toBe(
      "1 entry of regions-baseline.json hides nothing any more: mismatched-caller of registerChatter. `regions baseline write` cleans up.",
    );
  });

  it("puts what is suppressed last", () => {
    const known = baseline.filter(({ rule }) => rule === "mismatched-caller");
    expect(kinds(audit(snapshot, manifest, today, known))).toEqual([
      ["duplicate-function", null],
      ["mismatched-caller", "baseline"],
    ]);
  });

  it("holds through the last day; then the finding counts again and says why", () => {
    expect(kinds(audit(snapshot, manifest, "2026-12-31", baseline)).map(([, kind]) => kind)).not.toContain(null);
    const report = audit(snapshot, manifest, "2027-01-01", baseline);
    expect(kinds(report).map(([, kind]) => kind)).toEqual([null, null]);
    expect(report.findings[0]?.related.at(-1)).toEqual({
      place: { file: "regions-baseline.json", line: 4 },
      message: "its entry in the baseline ended on 2026-12-31, so it counts again. growth answers for it.",
    });
    expect(report.notes.at(-1)).toBe(
      "2 entries of regions-baseline.json have passed their date, so what was hidden counts again: mismatched-caller of registerChatter, duplicate-function of registerChatter.",
    );
  });

  it("leaves an ignore its findings", () => {
    const ignoring = manifestOf(
      ["registerChatter: affiliate", "getAdminStats: core"],
      "ignore:\n  - { rule: mismatched-caller, function: registerChatter, reason: r }\n",
    );
    expect(
      audit(snapshot, ignoring, today, baseline)
        .findings.map(({ suppressed }) => suppressed?.kind)
        .sort(),
    ).toEqual(["baseline", "ignore"]);
  });
});

describe("a baseline that is written again", () => {
  const both = look({ deployed, callers: [page, other] });

  it("loses what has gone, and gains nothing", () => {
    const mended = audit(look({ deployed, callers: [other] }), manifest, today);
    const draft = draftBaseline(baseline, mended, null);
    expect(told(draft.entries)).toEqual(["duplicate-function null"]);
    expect(told(draft.verdict.gone)).toEqual(["mismatched-caller web/src/Register.tsx"]);
    expect(draft.leftOut.map(({ place }) => place?.file)).toEqual(["web/src/Other.tsx"]);
    expect(draft.added).toEqual([]);
  });

  it("grows where that is asked for, and keeps what was said of the others", () => {
    const draft = draftBaseline(baseline, audit(both, manifest, today), { owner: null, reason: null, until: null });
    expect(draft.added).toEqual([
      expect.objectContaining({ file: "web/src/Other.tsx", owner: null, reason: `known on ${today}`, until: null }),
    ]);
    expect(draft.entries).toHaveLength(3);
    expect(draft.entries[0]).toEqual(baseline[0]);
    expect(draft.leftOut).toEqual([]);
  });

  it("gives a new date to what has expired, and only where one is named", () => {
    const later = audit(snapshot, manifest, "2027-01-01");
    const renewed = draftBaseline(baseline, later, { owner: null, reason: null, until: "2027-03-31" });
    expect(renewed.entries.map(({ until, owner }) => [until, owner])).toEqual(Array(2).fill(["2027-03-31", "growth"]));
    const left = draftBaseline(baseline, later, { owner: null, reason: null, until: null });
    expect(left.entries.map(({ until }) => until)).toEqual(["2026-12-31", "2026-12-31"]);
    expect(left.verdict.expired).toHaveLength(2);
  });

  const clean = { deployed: [deployed[0], deployed[2]].filter((one) => one !== undefined), callers: [] };
  it.each([
    ["a look at fewer sources", audit(look({ callers: [] }), manifest, today)],
    ["a look with a gap", audit(look({ ...clean, gaps: [unreachable("europe-west1")] }), manifest, today)],
    ["a look at another project", { ...audit(look(clean), manifest, today), project: "acme-staging" }],
  ])("keeps what %s does not find", (_, report) => {
    const draft = draftBaseline(baseline, report, null);
    expect(draft.entries).toEqual(baseline);
    expect(draft.verdict.gone).toEqual([]);
    expect(draft.verdict.unjudged).toHaveLength(2);
  });

  it("loses everything once the same look finds nothing", () => {
    expect(draftBaseline(baseline, audit(look(clean), manifest, today), null).entries).toEqual([]);
  });
});
