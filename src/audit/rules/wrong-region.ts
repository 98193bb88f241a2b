import { dependents, manifestLine } from "../related.ts";
import { defineRule } from "../rule.ts";
import { listed } from "../wording.ts";

/** Live, but in no region where it is wanted. Callers and holders of the stray copy are folded in: the move is first. */
export const wrongRegion = defineRule({
  id: "wrong-region",
  area: "fleet",
  severity: "error",
  title: "a function is live, but in no region where it is wanted",
  needs: [{ source: "deployed", facets: ["functions"] }],
  needsManifest: true,
  check(view, out) {
    for (const placement of view.placements()) {
      const { name, standing, wanted, copies } = placement;
      if (standing === "in-place" || standing === "moving") out.pass();
      // "unknown": the gap in the list of functions is passed on as not checked.
      if (standing !== "misplaced") continue;
      const live = copies.map((copy) => copy.region);
      const related = dependents(view, placement);
      const leaning =
        related.length === 0
          ? ""
          : related.length === 1
            ? " 1 caller or holder hangs on it."
            : ` ${related.length} callers and holders hang on it.`;
      const unsure = placement.certain
        ? ""
        : ` The list shows nothing at all in ${listed(wanted)}; it may not have reached it.`;
      out.fail({
        message: `${name} serves its customers from ${listed(live)}; it belongs in ${listed(wanted)}, where it is not live.${leaning}${unsure}`,
        mend: `Move it: \`${view.command(`migrate ${name} --to ${wanted[0]}`)}\`.`,
        function: name,
        place: null,
        impact: "next",
        region: live[0] ?? null,
        confidence: placement.certain ? "certain" : "likely",
        expected: wanted,
        actual: live.join(", "),
        related: [...manifestLine(placement), ...related],
      });
    }
  },
});
