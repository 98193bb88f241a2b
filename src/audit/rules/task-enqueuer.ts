import { defaultRegion } from "../../model/regions.ts";
import { defineRule } from "../rule.ts";
import { aim, consequence, destination, provisoText, type Stray, strayDraft, straysOf } from "../stray-caller.ts";
import type { View } from "../view.ts";
import { listed, spot } from "../wording.ts";

const hows = new Set(["enqueuer"] as const);

/** Tasks are put into a queue of a region where their function does not belong. A bare name means us-central1. */
export const taskEnqueuer = defineRule({
  id: "task-enqueuer",
  area: "callers",
  severity: "error",
  title: "tasks are enqueued in a region where their function does not belong",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    for (const stray of straysOf(view, hows, out)) {
      const { use, regions } = stray;
      const bare = isBare(stray);
      const where = bare
        ? `names no region, so tasks for ${use.function} go to ${defaultRegion}`
        : `enqueues tasks for ${use.function} in ${listed(regions, "or")}`;
      const message = `${spot(use.place)} ${where}${provisoText(use)}; ${destination(view, stray)} ${consequence(view, stray, "every task is refused now")}`;
      out.fail(strayDraft(view, stray, message, mend(view, stray, bare)));
    }
  },
});

function isBare({ use, regions }: Stray): boolean {
  return use.regionSource === "default" && regions.length === 1 && regions[0] === defaultRegion;
}

function mend(view: View, stray: Stray, bare: boolean): string {
  const target = view.manifest === null ? listed(stray.expected, "or") : aim(view, stray);
  const form = `locations/${stray.expected[0]}/functions/${stray.use.function}`;
  return bare
    ? `Name the queue \`${form}\`${target.includes(" once ") ? target.slice(target.indexOf(" once ")) : ""}.`
    : `Name ${target}, as in \`${form}\`.`;
}
