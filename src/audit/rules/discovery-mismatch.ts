import type { DiscoveryDifference } from "../../model/declared.ts";
import { defineRule } from "../rule.ts";
import { spot } from "../wording.ts";

/** What would be deployed is not what the source says: one of the two is not what everybody believes. */
export const discoveryMismatch = defineRule({
  id: "discovery-mismatch",
  area: "source",
  severity: "error",
  title: "the SDK discovers something else than the source says",
  needs: [{ source: "declared", facets: ["discovery"] }],
  isAsked: (view) => view.snapshot.declared?.discovery !== undefined,
  needsManifest: false,
  check(view, out) {
    const discovery = view.snapshot.declared?.discovery;
    if (discovery === undefined) return;
    const functions = new Set(discovery.differences.map((one) => `${one.codebase}\0${one.function}`));
    out.pass(discovery.compared - functions.size);
    for (const one of discovery.differences) {
      const { file, line, column, endLine } = one;
      out.fail({
        message: `${consequence(one)}.`,
        mend: "Build the codebase anew (`npm run build`): what is discovered may be older than its source. If they still differ, write the options where the function is made.",
        function: one.function,
        place: {
          file,
          line,
          ...(column === undefined ? {} : { column }),
          ...(endLine === undefined ? {} : { endLine }),
        },
        impact: "next",
        region: null,
        expected: one.source === null ? [] : [one.source],
        actual: one.discovered,
        symbol: one.about,
        snippet: one.function,
      });
    }
  },
});

function consequence(one: DiscoveryDifference): string {
  const { about, source, discovered } = one;
  const name = one.function;
  if (about === "existence") {
    return source === null
      ? `The next \`firebase deploy\` of codebase ${one.codebase} deploys ${name}, ${discovered}, and its source does not say so`
      : `The next \`firebase deploy\` leaves ${name} out, and deletes it where it is live: the SDK does not find ${source}, which ${spot(one)} exports`;
  }
  if (about === "regions") {
    return discovered === "no region"
      ? `The next \`firebase deploy\` finds no region for ${name}, and ${spot(one)} says ${source}`
      : `The next \`firebase deploy\` puts ${name} in ${discovered}, and ${spot(one)} says ${source}`;
  }
  if (about === "generation")
    return `The next \`firebase deploy\` makes ${name} ${discovered}, and ${spot(one)} says ${source}`;
  return `The next \`firebase deploy\` makes ${name} ${kind(discovered)}, and ${spot(one)} says ${kind(source)}`;
}

function kind(trigger: string | null): string {
  return `${/^[aeiou]/.test(trigger ?? "") ? "an" : "a"} ${trigger} function`;
}
