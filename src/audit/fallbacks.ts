import type { Place } from "../model/place.ts";
import { type Answer, judge } from "./judge.ts";
import { addTo } from "./multimap.ts";
import type { Use } from "./uses.ts";
import type { View } from "./view.ts";

/** One place where code falls back to a region that is wrong, behind a committed env value that is right. */
export interface StrayFallback {
  readonly place: Place;
  readonly variable: string;
  readonly region: string;
  readonly strays: readonly { readonly use: Use; readonly expected: readonly string[]; readonly answer: Answer }[];
}

/**
 * Fallbacks that contradict the committed value of their variable, where the value is right and the fallback wrong.
 * Behind a wrong value they are no fault of their own: mending the value comes first.
 */
export function strayFallbacks(view: View): readonly StrayFallback[] {
  const groups = new Map<string, StrayFallback["strays"][number][]>();
  const heads = new Map<string, Omit<StrayFallback, "strays">>();
  for (const verdict of view.callerVerdicts.verdicts) {
    const { use } = verdict;
    if (verdict.kind !== "fine" || use.env === null) continue;
    for (const { variable, region, place } of use.fallbacks) {
      const judgement = judge(region, view.placementOf(use.function), view.fleet);
      if (judgement.kind !== "stray") continue;
      const at = place ?? use.env;
      const key = `${at.file}:${at.line}:${variable}:${region}`;
      heads.set(key, { place: at, variable, region });
      addTo(groups, key, { use, expected: judgement.expected, answer: judgement.answer });
    }
  }
  return [...heads].map(([key, head]) => ({ ...head, strays: groups.get(key) ?? [] }));
}
