import type { DeployedFunction } from "../../model/deployed.ts";
import { daysBetween, isReached } from "../dates.ts";
import { manifestLine } from "../related.ts";
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
    for (const copy of view.fleet.functions) {
      const { runtime } = copy;
      const dates = runtime === null ? undefined : datesOf(copy, runtime);
      if (runtime === null || dates === undefined) {
        const what = runtime === null ? "the listing shows no runtime" : `no end date is known for ${runtime}`;
        out.unknown(copy.name, what);
        continue;
      }
      const dead = dates.decommissioned !== null && isReached(dates.decommissioned, view.today);
      const left = dates.deprecated === null ? null : daysBetween(view.today, dates.deprecated);
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
            ? `Remove the copy: \`${view.command(`prune ${copy.name} --region ${copy.region}`)}\`; or deploy it on a newer runtime.`
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

    function datesOf(copy: DeployedFunction, runtime: string): RuntimeDates | undefined {
      return (
        live.get(`${runtime}/${copy.region}/${copy.generation}`) ??
        live.get(`${runtime}/${copy.region}`) ??
        live.get(runtime) ??
        runtimeTable.get(runtime)
      );
    }
  },
});

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
