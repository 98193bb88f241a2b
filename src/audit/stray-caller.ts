import type { RelatedPlace } from "../model/place.ts";
import type { CallerVerdict } from "./caller-verdicts.ts";
import { exportLines, manifestLine } from "./related.ts";
import type { Draft, Outcome } from "./rule.ts";
import type { Use } from "./uses.ts";
import type { View } from "./view.ts";
import { listed } from "./wording.ts";

/** A caller that names a region where its function does not belong. */
export type Stray = Extract<CallerVerdict, { kind: "stray" }>;

/**
 * Strays of these kinds of callers, less those whose env value has the finding. Sound callers are put down as passed,
 * open questions as unknown.
 */
export function straysOf(view: View, hows: ReadonlySet<Use["how"]>, out: Outcome): readonly Stray[] {
  const { verdicts, openQuestions } = view.callerVerdicts;
  for (const { how, scope, reason } of openQuestions) if (hows.has(how)) out.unknown(scope, reason);
  const strays: Stray[] = [];
  for (const verdict of verdicts) {
    if (!hows.has(verdict.use.how)) continue;
    if (verdict.kind === "fine") out.pass();
    else if (!verdict.throughEnv) strays.push(verdict);
  }
  return strays;
}

/** The parts of a finding that every stray caller's has; the rule brings message and mend. */
export function strayDraft(view: View, stray: Stray, message: string, mend: string): Draft {
  const { use, regions, expected } = stray;
  return {
    message,
    mend,
    function: use.function,
    place: use.place,
    impact: stray.answer === "silent" ? "now" : "next",
    region: regions[0] ?? null,
    confidence: use.certain ? "certain" : "likely",
    expected,
    actual: regions.join(", "),
    fixable: isFixable(view, stray),
    symbol: use.symbol,
    snippet: use.snippet,
    related: [
      ...origin(stray),
      ...manifestLine(view.placementOf(use.function)),
      ...(view.manifest === null ? exportLines(view, use.function) : []),
    ],
  };
}

/** ", unless VITE_X is set at build time"; empty without a condition. */
export function provisoText({ proviso }: { readonly proviso: string | null }): string {
  return proviso === null ? "" : `, ${proviso}`;
}

/** Where the function should be reached, as a clause that ends the sentence. */
export function destination(view: View, { use, expected }: Stray): string {
  const placement = view.placementOf(use.function);
  if (placement.standing === "moving") return `its move is not done, and it is live in ${listed(expected)}.`;
  if (placement.wanted.length === 0) return `it is live in ${listed(expected)}.`;
  return view.manifest === null ? `the source puts it in ${listed(expected)}.` : `it belongs in ${listed(expected)}.`;
}

/** What customers notice of it; `lost` is what fails where nothing answers. */
export function consequence(view: View, { answer, use }: Stray, lost: string): string {
  const subject = view.manifest?.callers.has(use.owner ?? "") ? "page" : "caller";
  if (answer === "answers") return `A stray copy still answers there; pruning it breaks this ${subject}.`;
  if (answer === "silent") return `Nothing answers there: ${lost}.`;
  return "Whether anything answers there was not looked at.";
}

/** "europe-west3" where it is live already, else "europe-west3 once the function is live there". */
export function aim(view: View, { use, expected }: Stray): string {
  const live = liveOf(view, use.function, expected);
  return `${listed(live.length > 0 ? live : expected, "or")}${live.length > 0 ? "" : " once the function is live there"}`;
}

/** A fix needs one region to write, and a copy that is known to be live there. */
function isFixable(view: View, { use, expected }: Stray): boolean {
  return view.manifest !== null && expected.length === 1 && liveOf(view, use.function, expected).length === 1;
}

function liveOf(view: View, name: string, regions: readonly string[]): readonly string[] {
  return regions.filter((region) => view.fleet.presence(name, region) === "live");
}

function origin({ use }: Stray): RelatedPlace[] {
  const { regionPlace, place } = use;
  if (regionPlace === null || (regionPlace.file === place.file && regionPlace.line === place.line)) return [];
  return [{ place: regionPlace, message: "the region comes from here" }];
}
