import { dependents, leaning, manifestLine, moving } from "../related.ts";
import { defineRule } from "../rule.ts";
import { goneLines, strayLine } from "../state-lines.ts";
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
      const hanging = leaning(view, placement);
      const unsure = placement.certain
        ? ""
        : ` The list shows nothing at all in ${listed(wanted)}; it may not have reached it.`;
      out.fail({
        message: `${name} answers in ${listed(live)} only; it belongs in ${listed(wanted)}, where nothing answers.${hanging.text}${unsure}`,
        mend: `Move it: ${moving(wanted, live)}.`,
        function: name,
        place: null,
        impact: hanging.failing ? "now" : "next",
        region: live[0] ?? null,
        confidence: placement.certain ? "certain" : "likely",
        expected: wanted,
        actual: live.join(", "),
        related: [
          ...manifestLine(placement),
          ...related,
          ...goneLines(view, name, wanted),
          ...live.flatMap((region) => strayLine(view, name, region)),
        ],
      });
    }
  },
});
