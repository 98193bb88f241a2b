import { dependents, leaning, manifestLine, moving, ownHolders } from "../related.ts";
import { defineRule } from "../rule.ts";
import { listed } from "../wording.ts";

/** The date of a declared move has passed and the old copy is still there. Takes the place of duplicate-function. */
export const overdueMove = defineRule({
  id: "overdue-move",
  area: "upkeep",
  severity: "error",
  title: "a declared move has passed its date, and the old copy is still live",
  needs: [{ source: "deployed", facets: ["functions"] }],
  needsManifest: true,
  check(view, out) {
    for (const placement of view.placements()) {
      const { name, entry, overdueCopy, liveWanted, wanted } = placement;
      if (entry === null || entry.moving === null) continue;
      const { from, until, place } = entry.moving;
      if (overdueCopy === null) {
        const open = view.today > until && view.fleet.presence(name, from) !== "absent" && !wanted.includes(from);
        if (open) out.unknown(from, "it was not read, so what a move should have removed may still be live there");
        else out.pass();
        continue;
      }
      const onlyThere = liveWanted.length === 0;
      const hanging = leaning(view, placement);
      out.fail({
        message: onlyThere
          ? `${name} should have left ${from} by ${until}, and is still live only there: its customers depend on a region it does not belong in.${hanging.failing ? hanging.text : ""}`
          : `${name} should have left ${from} by ${until}; the old copy still answers beside ${listed(liveWanted)}, with old code.`,
        mend: onlyThere
          ? `Finish the move: ${moving(wanted, [from])}; or put a later date.`
          : `Delete the copy in ${from} once nothing reaches it, or put a later date.`,
        function: name,
        place,
        impact: onlyThere && hanging.failing ? "now" : onlyThere ? "next" : "later",
        region: from,
        expected: wanted,
        actual: from,
        related: [
          ...manifestLine(placement),
          ...(onlyThere ? dependents(view, placement) : ownHolders(view, name, from)),
        ],
      });
    }
  },
});
