import { defaultRegion } from "../../model/regions.ts";
import { definedAt, doubtOfAbsence, provesAbsence, whoWasAsked } from "../absence.ts";
import { manifestLine } from "../related.ts";
import { type Draft, defineRule } from "../rule.ts";
import { aim, consequence, destination, type Stray, strayDraft, straysOf } from "../stray-caller.ts";
import type { Use } from "../uses.ts";
import type { View } from "../view.ts";
import { listed, spot } from "../wording.ts";

const hows = new Set(["rewrite"] as const);

/**
 * A Hosting rewrite leads to a region where its function does not belong, or to no function at all. One that names no
 * region gets it when Hosting is deployed, by the Firebase CLI's rule: where the function's only copy is, else
 * us-central1 if one of several is there, else the deploy stops. So it stays until Hosting is deployed again.
 */
export const hostingRewrite = defineRule({
  id: "hosting-rewrite",
  area: "callers",
  severity: "error",
  title: "a Hosting rewrite leads to the wrong region, or to no function",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    for (const stray of straysOf(view, hows, out)) out.fail(explicit(view, stray));
    for (const use of view.uses.all) {
      if (use.how !== "rewrite" || view.isExcepted(use.function)) continue;
      if (!view.names.has(use.function)) {
        const doubt = use.mayBeService
          ? {
              scope: use.function,
              reason: "it is reached as a Cloud Run service, which need not be a function of this project",
            }
          : doubtOfAbsence(view);
        if (doubt !== null) out.unknown(doubt.scope, doubt.reason);
        else out.fail(unknown(view, use));
      } else if (use.regions.length === 0) {
        const verdict = inferred(view, use);
        if (verdict === "fine") out.pass();
        else if (verdict === "follows") continue;
        else if ("scope" in verdict) out.unknown(verdict.scope, verdict.reason);
        else out.fail(verdict);
      }
    }
  },
});

function explicit(view: View, stray: Stray): Draft {
  const { use, regions } = stray;
  const bare = use.regionSource === "default";
  const where = bare
    ? `leads to service ${use.function} without a region, which means ${defaultRegion}`
    : `leads to ${use.function} in ${listed(regions, "or")}`;
  // The CLI knows functions by name; a Cloud Run service it takes on trust.
  const lost = isRun(use)
    ? "visitors get an error page"
    : "the next deploy of Hosting stops, and visitors get an error page";
  const message = `${spot(use.place)} ${where}; ${destination(view, stray)} ${consequence(view, stray, lost)}`;
  return strayDraft(
    view,
    stray,
    message,
    mendTo(view.manifest === null ? listed(stray.expected, "or") : aim(view, stray)),
  );
}

function unknown(view: View, use: Use): Draft {
  const defined = definedAt(view, use.function);
  const near = defined === null ? view.names.nearest(use.function) : null;
  const sure = provesAbsence(view);
  return {
    message: `${spot(use.place)} leads to ${use.function}: ${whoWasAsked(view)} no such function${sure ? ", so visitors get an error page" : ""}.${defined?.text ?? (near === null ? "" : ` Did you mean ${near}?`)}`,
    mend: `${near === null ? "Deploy and declare the function, or remove the rewrite" : `Write ${near}, or declare ${use.function}`}, then deploy Hosting.`,
    function: use.function,
    place: use.place,
    impact: sure ? "now" : "next",
    region: use.regions[0] ?? null,
    confidence: sure ? "certain" : "likely",
    expected: near === null ? [] : [near],
    actual: use.function,
    related: defined === null ? [] : [defined.related],
    symbol: use.symbol,
    snippet: use.snippet,
  };
}

/** What the Firebase CLI makes of a rewrite without a region, now that the function stands where it does. */
function inferred(view: View, use: Use): Draft | "fine" | "follows" | { scope: string; reason: string } {
  const { fleet } = view;
  const placement = view.placementOf(use.function);
  const regions = fleet.facts === null ? placement.wanted : placement.copies.map(({ region }) => region);
  if (fleet.facts !== null && !fleet.complete) {
    const hidden =
      regions.length > 1 && fleet.presence(use.function, defaultRegion) !== "unread" ? null : fleet.unreadScope;
    if (hidden !== null) return { scope: hidden, reason: "where a rewrite freezes hangs on copies that were not read" };
  }
  if (fleet.facts === null && (regions.length === 0 || (view.manifest !== null && regions.length === 1))) {
    return { scope: use.function, reason: "its rewrite names no region, and what is deployed was not looked at" };
  }
  // Live nowhere: the function's own finding. In one place: where the function is, right or wrong, the rewrite goes.
  if (regions.length === 0) return "follows";
  if (regions.length === 1)
    return placement.wanted.length === 0 || placement.accepted.includes(regions[0] ?? "") ? "fine" : "follows";
  const wanted = placement.wanted.length === 0 ? regions : placement.wanted;
  const live = wanted.filter((region) => regions.includes(region));
  const frozen = regions.includes(defaultRegion) ? defaultRegion : null;
  if (frozen !== null && (placement.accepted.includes(frozen) || placement.wanted.length === 0)) return "fine";
  // No wanted copy is live yet: any region written here would have to be written again after the move.
  if (live.length === 0) return "follows";
  const several = `it is ${fleet.facts === null ? "meant to be" : "live"} in ${listed(regions)}`;
  const what =
    frozen === null
      ? `and ${several}: the next deploy of Hosting stops`
      : `and ${several}: the next deploy of Hosting takes ${frozen}`;
  const belongs = frozen === null ? "." : `; it belongs in ${listed(wanted)}.`;
  return {
    message: `${spot(use.place)} leads to ${use.function} without a region, ${what}${belongs}`,
    mend: mendTo(listed(live, "or")),
    function: use.function,
    place: use.place,
    impact: "next",
    region: frozen,
    // A list that may have missed a region may have missed a copy.
    confidence: provesAbsence(view) ? "certain" : "likely",
    expected: live,
    actual: frozen,
    fixable: view.manifest !== null && live.length === 1,
    symbol: use.symbol,
    snippet: use.snippet,
    related: manifestLine(placement),
  };
}

function mendTo(regions: string): string {
  return `Give it the region ${regions}, then deploy Hosting.`;
}

function isRun({ snippet }: Use): boolean {
  return /\brun"?\s*:/.test(snippet);
}
