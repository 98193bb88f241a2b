import type { DeployedFunction } from "../../model/deployed.ts";
import { daysBetween, isReached } from "../dates.ts";
import { manifestLine, removal } from "../related.ts";
import { defineRule } from "../rule.ts";
import { type RuntimeDates, runtimeTable } from "../runtimes.ts";
import type { View } from "../view.ts";

/** Days before its deprecation from which on a runtime is worth a warning; the same as firebase-tools. */
const noticeDays = 90;

/** Every copy is judged, also one that is to be removed: a dead runtime stops answering before anybody prunes it. */
export const obsoleteRuntime = defineRule({
  id: "obsolete-runtime",
  area: "fleet",
  severity: "error",
  title: "a function runs on a runtime that is, or soon will be, out of support",
  needs: [{ source: "deployed", facets: ["functions", "runtimes"], aspects: ["runtime"] }],
  needsManifest: false,
  check(view, out) {
    const live = liveDates(view);
    const outlooks = new Map<string, Outlook | null>();
    for (const copy of view.fleet.functions) {
      const { runtime } = copy;
      const outlook = runtime === null ? null : outlookOf(copy, runtime);
      if (runtime === null || outlook === null) {
        const what = runtime === null ? "the listing shows no runtime" : `no end date is known for ${runtime}`;
        out.unknown(copy.name, what);
        continue;
      }
      const { dates, dead, left } = outlook;
      if (!dead && (left === null || left > noticeDays)) {
        out.pass();
        continue;
      }
      const state = dead
        ? `was decommissioned on ${dates.decommissioned}: it may stop answering any day, and cannot be deployed again`
        : left !== null && left > 0
          ? `will be deprecated on ${dates.deprecated}`
          : `has been deprecated since ${dates.deprecated}${dates.decommissioned === null ? "" : `, and stops for good on ${dates.decommissioned}`}`;
      const placement = view.placementOf(copy.name);
      const wanted = placement.entry === null || placement.accepted.includes(copy.region);
      const extra = view.manifest !== null && (placement.extras.includes(copy) || placement.entry === null);
      out.fail({
        message: `${copy.name} in ${copy.region} runs ${runtime}, which ${state}.`,
        mend:
          extra && placement.standing !== "misplaced"
            ? `Deploy it on a newer runtime, or ${removal(view, copy.name, copy.region)}.`
            : `Deploy it on a newer runtime${wanted ? "" : ", with or before its move"}.`,
        function: copy.name,
        place: null,
        impact: dead ? "next" : "later",
        severity: dead ? "error" : "warning",
        confidence: dates.confirmed ? "certain" : "likely",
        region: copy.region,
        expected: view.manifest?.allowedRuntimes ?? [],
        actual: runtime,
        snippet: runtime,
        related: manifestLine(placement),
      });
    }

    function outlookOf(copy: DeployedFunction, runtime: string): Outlook | null {
      // Without live dates the answer is the same wherever the copy is.
      const key = live.size === 0 ? runtime : `${runtime}/${copy.region}/${copy.generation}`;
      let outlook = outlooks.get(key);
      if (outlook === undefined) {
        const dates =
          live.get(key) ?? live.get(`${runtime}/${copy.region}`) ?? live.get(runtime) ?? runtimeTable.get(runtime);
        outlook = dates === undefined ? null : lookAhead(dates, view.today);
        outlooks.set(key, outlook);
      }
      return outlook;
    }
  },
});

interface Outlook {
  readonly dates: RuntimeDates;
  readonly dead: boolean;
  /** Days until it is deprecated, negative afterwards; null where no date is given. */
  readonly left: number | null;
}

function lookAhead(dates: RuntimeDates, today: string): Outlook {
  return {
    dates,
    dead: dates.decommissioned !== null && isReached(dates.decommissioned, today),
    left: dates.deprecated === null ? null : daysBetween(today, dates.deprecated),
  };
}

/** What Google itself answers wins over the table; rows without any date say nothing. */
function liveDates(view: View): Map<string, RuntimeDates> {
  const found = new Map<string, RuntimeDates>();
  for (const { runtime, region, generation, deprecated, decommissioned } of view.fleet.facts?.runtimes ?? []) {
    if (deprecated === null && decommissioned === null) continue;
    const dates = { deprecated, decommissioned, confirmed: true };
    found.set(`${runtime}/${region}/${generation}`, dates);
    found.set(`${runtime}/${region}`, dates);
    if (!found.has(runtime)) found.set(runtime, dates);
  }
  return found;
}
