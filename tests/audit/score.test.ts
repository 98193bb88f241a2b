import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Area, areas } from "../../src/audit/rule.ts";
import { areaWeights, score, type Tally } from "../../src/audit/score.ts";

const tallies = (entries: Partial<Record<Area, [number, number]>>): Map<Area, Tally> =>
  new Map(Object.entries(entries).map(([area, [passed, checked]]) => [area as Area, { passed, checked }]));

describe("score", () => {
  it("is passed ÷ checked per area, and their weighted mean", () => {
    const { overall, parts } = score(tallies({ fleet: [90, 100], holders: [1, 2] }));
    expect(parts.fleet).toEqual({ passed: 90, checked: 100, score: 9 });
    expect(parts.holders).toEqual({ passed: 1, checked: 2, score: 5 });
    // (3 × 0.9 + 2 × 0.5) ÷ 5
    expect(overall).toBe(7.4);
  });

  it("leaves out what was not checked", () => {
    const { overall, parts } = score(tallies({ fleet: [10, 10], callers: [0, 0] }));
    expect(parts.callers).toEqual({ passed: 0, checked: 0, score: null });
    expect(parts.flows).toEqual({ passed: 0, checked: 0, score: null });
    expect(overall).toBe(10);
    expect(score(new Map()).overall).toBeNull();
  });

  it("says 10 only when nothing failed", () => {
    expect(score(tallies({ fleet: [99_999, 100_000] }))).toMatchObject({
      overall: 9.9,
      parts: { fleet: { score: 9.9 } },
    });
  });

  it("weighs areas as its page says", () => {
    const page = readFileSync(join(import.meta.dirname, "../../docs/score.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\w+) \| (\d) \|/gm)].map(([, area, weight]) => [area, Number(weight)]);
    expect(Object.fromEntries(rows)).toEqual(areaWeights);
    expect(rows.map(([area]) => area).sort()).toEqual([...areas].sort());
  });
});
