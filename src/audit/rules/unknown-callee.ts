import { definedAt, doubtOfAbsence, provesAbsence, whoWasAsked } from "../absence.ts";
import { addTo } from "../multimap.ts";
import { type Draft, defineRule } from "../rule.ts";
import type { Use } from "../uses.ts";
import type { View } from "../view.ts";
import { counted, spot } from "../wording.ts";

/**
 * Callers reach for a function that neither the manifest, nor the source, nor what is deployed knows: one finding per
 * function, at the first of its callers. Hosting rewrites have a rule of their own.
 */
export const unknownCallee = defineRule({
  id: "unknown-callee",
  area: "callers",
  severity: "error",
  title: "a caller reaches for a function that does not exist",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    const doubt = doubtOfAbsence(view);
    const missing = new Map<string, Use[]>();
    for (const use of view.uses.all) {
      if (use.how === "rewrite") continue;
      if (view.names.has(use.function)) out.pass();
      else if (use.mayBeService) {
        out.unknown(use.function, "it is reached as a Cloud Run service, which need not be a function of this project");
      } else if (doubt !== null) out.unknown(doubt.scope, doubt.reason);
      else addTo(missing, use.function, use);
    }
    for (const [name, uses] of missing) out.fail(findingOf(view, name, uses.sort(byPlace)));
  },
});

function findingOf(view: View, name: string, uses: readonly Use[]): Draft {
  const [first, ...others] = uses;
  if (first === undefined) throw new Error("a function is missing only where it is called");
  const defined = definedAt(view, name);
  const near = defined === null ? view.names.nearest(name) : null;
  const sure = provesAbsence(view);
  const proviso = uses.every((use) => use.nameProviso !== null) ? `, ${first.nameProviso}` : "";
  const callers =
    others.length === 0
      ? `${spot(first.place)} calls`
      : `${spot(first.place)} and ${counted(others.length, "other place", "other places")} call`;
  const lost = sure ? ", so every call fails" : "";
  const calls = others.length === 0 ? "the call" : "the calls";
  return {
    message: `${callers} ${name}${proviso}: ${whoWasAsked(view)} no such function${lost}.${defined?.text ?? (near === null ? "" : ` Did you mean ${near}?`)}`,
    mend:
      defined !== null
        ? `Export it from the index, or remove ${calls}.`
        : near === null
          ? `Deploy and declare the function, or remove ${calls}.`
          : `Call ${near}, or declare ${name}.`,
    function: name,
    place: first.place,
    alsoAt: others.map((use) => use.place),
    impact: sure ? "now" : "next",
    region: first.regions[0] ?? null,
    confidence: sure && uses.some(isSure) ? "certain" : "likely",
    expected: near === null ? [] : [near],
    actual: name,
    symbol: first.symbol,
    snippet: first.snippet,
    related: [
      ...(defined === null ? [] : [defined.related]),
      ...others.map((use) => ({ place: use.place, message: "calls it as well" })),
    ],
  };
}

/** Sure of the name: what the region hangs on is another question. */
function isSure(use: Use): boolean {
  return use.certain || (use.regionSource.startsWith("env-fallback:") && use.nameProviso === null);
}

function byPlace(one: Use, other: Use): number {
  if (one.place.file !== other.place.file) return one.place.file < other.place.file ? -1 : 1;
  return one.place.line - other.place.line || (one.place.column ?? 0) - (other.place.column ?? 0);
}
