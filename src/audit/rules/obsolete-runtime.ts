import { manifestLine, removal } from "../related.ts";
import { defineRule } from "../rule.ts";
import { noticeDays, outlooksOf } from "../runtime-outlook.ts";

/** Every copy is judged, also one that is to be removed: a dead runtime stops answering before anybody prunes it. */
export const obsoleteRuntime = defineRule({
  id: "obsolete-runtime",
  area: "fleet",
  severity: "error",
  title: "a function runs on a runtime that is, or soon will be, out of support",
  needs: [{ source: "deployed", facets: ["functions", "runtimes"], aspects: ["runtime"] }],
  needsManifest: false,
  check(view, out) {
    const outlookOf = outlooksOf(view);
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
  },
});
