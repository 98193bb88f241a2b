import { dependents, manifestLine, moving } from "../related.ts";
import { defineRule } from "../rule.ts";
import { counted, listed } from "../wording.ts";

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
      const leaning = hanging(view.usesOf(name).length, view.holdersOf(name).length);
      const unsure = placement.certain
        ? ""
        : ` The list shows nothing at all in ${listed(wanted)}; it may not have reached it.`;
      out.fail({
        message: `${name} answers in ${listed(live)} only; it belongs in ${listed(wanted)}, where nothing answers.${leaning}${unsure}`,
        mend: `Move it: ${moving(wanted, live)}.`,
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

/** " 2 callers and 1 holder hang on it." */
function hanging(callers: number, holders: number): string {
  const parts = [
    ...(callers === 0 ? [] : [counted(callers, "caller", "callers")]),
    ...(holders === 0 ? [] : [counted(holders, "holder", "holders")]),
  ];
  if (parts.length === 0) return "";
  return ` ${listed(parts)} ${callers + holders === 1 ? "hangs" : "hang"} on it.`;
}
