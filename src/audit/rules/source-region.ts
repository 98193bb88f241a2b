import type { FunctionEntry } from "../../manifest/manifest.ts";
import type { DeclaredFunction } from "../../model/declared.ts";
import { defaultRegion } from "../../model/regions.ts";
import { missedGlobals } from "../missed-globals.ts";
import { defineRule } from "../rule.ts";
import type { View } from "../view.ts";
import { listed, spot } from "../wording.ts";

interface Contradiction {
  readonly text: string;
  readonly actual: string;
  readonly likely: boolean;
}

/** The source names a region the manifest does not want: whoever deploys from the source moves the function. */
export const sourceRegion = defineRule({
  id: "source-region",
  area: "source",
  severity: "error",
  title: "the source puts a function in another region than the manifest",
  needs: [
    { source: "declared", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
  ],
  needsManifest: true,
  check(view, out) {
    for (const [name, exports] of view.exports) {
      const entry = view.manifest?.functions.get(name);
      if (entry === undefined) continue;
      for (const one of exports) {
        // Mended there, its region is right: one cause, one finding.
        if (missedGlobals(view, one) !== null) continue;
        const verdict = contradiction(view, entry, one);
        if (verdict === null) out.pass();
        else if ("reason" in verdict) out.unknown(name, verdict.reason);
        else {
          const at = one.regionPlace ?? one;
          out.fail({
            message: `${verdict.text}; ${view.manifest?.file} wants it in ${listed(entry.regions)}.`,
            mend: `Write ${listed(entry.regions)} in the source, or change ${view.manifest?.file}.`,
            function: name,
            place: { file: at.file, line: at.line, ...(at.column === undefined ? {} : { column: at.column }) },
            impact: "next",
            region: verdict.actual === "" ? null : verdict.actual,
            confidence: one.certain && !verdict.likely ? "certain" : "likely",
            expected: entry.regions,
            actual: verdict.actual === "" ? null : verdict.actual,
            snippet: one.snippet,
            related: [{ place: entry.place, message: `class ${entry.class} wants it in ${listed(entry.regions)}` }],
          });
        }
      }
    }
  },
});

function contradiction(
  view: View,
  entry: FunctionEntry,
  one: DeclaredFunction,
): Contradiction | { reason: string } | null {
  const { accepted, copies, wanted } = view.placementOf(one.name);
  const byFirebase = view.manifest?.codebases.get(one.codebase)?.deployer === "firebase";
  if (one.regions.length > 0) {
    const strange = one.regions.filter((region) => !accepted.includes(region));
    if (strange.length > 0) {
      const text = `The next deploy from ${spot(one)} puts ${one.name} in ${listed(strange)}`;
      return { text, actual: strange.join(", "), likely: false };
    }
    const left = wanted.filter((region) => !one.regions.includes(region));
    if (!byFirebase || left.length === 0 || entry.moving !== null) return null;
    const text = `The next deploy from ${spot(one)} leaves ${one.name} out of ${listed(left)}, and may delete it there`;
    return { text, actual: one.regions.join(", "), likely: false };
  }
  // Deployed from the manifest, a source that names no region agrees with it.
  if (!byFirebase) return null;
  if (copies.length > 1) {
    const text = `Every deploy of codebase ${one.codebase} stops at ${spot(one)}: ${one.name} names no region and is live in ${listed(copies.map((copy) => copy.region))}`;
    return { text, actual: "", likely: true };
  }
  // firebase deploy leaves a function that exists once where it is.
  if (copies.length === 1) return null;
  if (one.trigger === "event" || one.trigger === "blocking" || one.trigger === "other") {
    return one.generation === 1 && wanted.includes(defaultRegion)
      ? null
      : { reason: "it names no region, and the default of such triggers hangs on what they listen to" };
  }
  if (wanted.includes(defaultRegion)) return null;
  const text = `${spot(one)} names no region: the first deploy puts ${one.name} in ${defaultRegion}`;
  return { text, actual: defaultRegion, likely: true };
}
