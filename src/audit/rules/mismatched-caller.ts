import type { RelatedPlace } from "../../model/place.ts";
import type { CallerVerdict } from "../caller-verdicts.ts";
import { exportLines, manifestLine } from "../related.ts";
import { defineRule } from "../rule.ts";
import type { View } from "../view.ts";
import { listed, spot } from "../wording.ts";

/**
 * A caller names a region where its function does not belong, and could name the right one today. Where the region
 * comes from a committed env value that is wrong for everyone, env-region has the one finding.
 */
export const mismatchedCaller = defineRule({
  id: "mismatched-caller",
  area: "callers",
  severity: "error",
  title: "a caller names a region where the function does not belong",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    const { verdicts, openQuestions } = view.callerVerdicts;
    for (const { scope, reason } of openQuestions) out.unknown(scope, reason);
    for (const verdict of verdicts) {
      if (verdict.kind === "fine") out.pass();
      if (verdict.kind !== "stray" || verdict.throughEnv) continue;
      const { use, regions, expected } = verdict;
      const placement = view.placementOf(use.function);
      const proviso = use.proviso === null ? "" : `, ${use.proviso}`;
      out.fail({
        message: `${spot(use.place)} calls ${use.function} in ${listed(regions, "or")}${proviso}; ${destination(view, verdict)} ${consequence(view, verdict)}`,
        mend: mend(view, verdict),
        function: use.function,
        place: use.place,
        impact: verdict.answer === "silent" ? "now" : "next",
        region: regions[0] ?? null,
        confidence: use.certain ? "certain" : "likely",
        expected,
        actual: regions.join(", "),
        fixable: isFixable(view, verdict),
        symbol: use.symbol,
        snippet: use.snippet,
        related: [
          ...origin(verdict),
          ...manifestLine(placement),
          ...(view.manifest === null ? exportLines(view, use.function) : []),
        ],
      });
    }
  },
});

type Stray = Extract<CallerVerdict, { kind: "stray" }>;

function destination(view: View, { use, expected }: Stray): string {
  const placement = view.placementOf(use.function);
  if (placement.standing === "moving") return `its move is not done, and it is live in ${listed(expected)}.`;
  if (placement.wanted.length === 0) return `it is live in ${listed(expected)}.`;
  return view.manifest === null ? `the source puts it in ${listed(expected)}.` : `it belongs in ${listed(expected)}.`;
}

function consequence(view: View, { answer, use }: Stray): string {
  const subject = view.manifest?.callers.has(use.owner ?? "") ? "page" : "caller";
  if (answer === "answers") return `A stray copy still answers there; pruning it breaks this ${subject}.`;
  if (answer === "silent") return "Nothing answers there: every call fails now.";
  return "Whether anything answers there was not looked at.";
}

function mend(view: View, { use, expected }: Stray): string {
  if (view.manifest === null)
    return `Name ${listed(expected, "or")} at the call, or settle where it belongs with \`regions init\`.`;
  const then = use.how === "rewrite" ? ", then deploy Hosting" : "";
  const live = expected.filter((region) => view.fleet.presence(use.function, region) === "live");
  const when = live.length > 0 ? "" : " once the function is live there";
  return `Point it at ${listed(live.length > 0 ? live : expected, "or")}${when}${then}.`;
}

/** A fix needs one region to write, and a copy that is known to be live there. */
function isFixable(view: View, { use, expected }: Stray): boolean {
  const live = expected.filter((region) => view.fleet.presence(use.function, region) === "live");
  return view.manifest !== null && expected.length === 1 && live.length === 1;
}

function origin({ use }: Stray): RelatedPlace[] {
  const { regionPlace, place } = use;
  if (regionPlace === null || (regionPlace.file === place.file && regionPlace.line === place.line)) return [];
  return [{ place: regionPlace, message: "the region comes from here" }];
}
