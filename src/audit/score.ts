import type { AreaScore, Report } from "../model/finding.ts";
import { type Area, areas } from "./rule.ts";

/** What a failed question costs against one of another area; the page docs/score.md gives the reasons. */
export const areaWeights: Readonly<Record<Area, number>> = {
  fleet: 3,
  callers: 3,
  isolation: 2,
  holders: 2,
  source: 1,
  flows: 1,
  upkeep: 1,
};

export interface Tally {
  passed: number;
  checked: number;
}

/** Per area passed ÷ checked, overall the weighted mean of the areas in which anything was checked. */
export function score(tallies: ReadonlyMap<Area, Tally>): Report["score"] {
  const parts: Record<string, AreaScore> = {};
  let weighted = 0;
  let weights = 0;
  for (const area of areas) {
    const { passed, checked } = tallies.get(area) ?? { passed: 0, checked: 0 };
    parts[area] = { passed, checked, score: checked === 0 ? null : outOfTen(passed / checked) };
    if (checked === 0) continue;
    weighted += areaWeights[area] * (passed / checked);
    weights += areaWeights[area];
  }
  return { overall: weights === 0 ? null : outOfTen(weighted / weights), parts };
}

/** Cut, not rounded: 10 means that nothing failed. */
function outOfTen(share: number): number {
  return share >= 1 ? 10 : Math.min(9.9, Math.floor(share * 100) / 10);
}
