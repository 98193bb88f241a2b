import type { DeclaredFunction } from "../../model/declared.ts";
import { missedGlobals } from "../missed-globals.ts";
import { defineRule } from "../rule.ts";
import { baseName, listed, spot } from "../wording.ts";

/** The region of a function hangs on when `setGlobalOptions` runs, and it runs too late for it, or another one ran since. */
export const buildOrderRegion = defineRule({
  id: "build-order-region",
  area: "source",
  severity: "error",
  title: "a function is made before setGlobalOptions runs, or after another one did",
  needs: [{ source: "declared", facets: ["files"] }],
  needsManifest: false,
  check(view, out) {
    for (const [name, exports] of view.exports) {
      for (const one of exports) {
        if (one.globalOptions === undefined) continue;
        const missed = missedGlobals(view, one);
        if (missed === null) {
          out.pass();
          continue;
        }
        out.fail({
          message: `The next deploy from ${spot(one)} ${effect(one)}, not in the ${listed(missed.regions)} that ${spot(missed.place)} sets: ${cause(one, missed.place)}.`,
          mend: `Name the region in the options of ${name}, or call setGlobalOptions in a module of its own, and import that first.`,
          function: name,
          place: { file: one.file, line: one.line, ...(one.column === undefined ? {} : { column: one.column }) },
          impact: "next",
          region: one.regions[0] ?? null,
          confidence: one.certain ? "certain" : "likely",
          expected: missed.regions,
          actual: one.regions.length === 0 ? null : one.regions.join(", "),
          snippet: one.snippet,
          related: [{ place: missed.place, message: "the setGlobalOptions that comes too late for it" }],
        });
      }
    }
  },
});

function effect(one: DeclaredFunction): string {
  if (one.regions.length > 0) return `puts ${one.name} in ${listed(one.regions)}`;
  return `leaves the region of ${one.name} to the Firebase CLI's default`;
}

function cause(one: DeclaredFunction, place: { readonly file: string }): string {
  if (one.regions.length > 0 && one.regionPlace !== null)
    return `the region of ${spot(one.regionPlace)} holds when it is made`;
  return sameFile(one, place) ? "the function stands above it" : `${baseName(one.file)} is loaded before it runs`;
}

function sameFile(one: DeclaredFunction, place: { readonly file: string }): boolean {
  return one.file === place.file;
}
