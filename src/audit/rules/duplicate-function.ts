import { manifestLine, ownHolders } from "../related.ts";
import { defineRule } from "../rule.ts";
import { strayLine } from "../state-lines.ts";
import { listed } from "../wording.ts";

/**
 * An extra copy beside a wanted one. The copy a declared move leaves behind is fine until its date. Callers and outside
 * holders of the extra copy are no part of it: they can be mended at once, and are findings of their own.
 */
export const duplicateFunction = defineRule({
  id: "duplicate-function",
  area: "fleet",
  severity: "error",
  title: "an extra copy of a function is live beside the wanted one",
  needs: [{ source: "deployed", facets: ["functions"] }],
  needsManifest: true,
  check(view, out) {
    for (const placement of view.placements()) {
      const { name, standing, extras, liveWanted, accepted } = placement;
      if (standing !== "in-place" && standing !== "moving") continue;
      const beside = accepted.filter((region) => placement.copies.some((copy) => copy.region === region));
      out.pass(Math.max(1, liveWanted.length));
      for (const copy of extras) {
        const own = ownHolders(view, name, copy.region);
        const harm =
          own.length > 0
            ? `its own schedule, queue or trigger there runs the work a second time.`
            : `whatever still reaches it runs old code out of sight.`;
        out.fail({
          message: `${name} is also live in ${copy.region}, beside ${listed(beside)}: ${harm}`,
          mend: `Delete the copy in ${copy.region} once nothing reaches it.`,
          function: name,
          place: null,
          impact: own.length > 0 ? "now" : "later",
          region: copy.region,
          expected: accepted,
          actual: copy.region,
          related: [...manifestLine(placement), ...own, ...strayLine(view, name, copy.region)],
        });
      }
    }
  },
});
