import { defineRule } from "../rule.ts";
import { aim, consequence, destination, provisoText, type Stray, strayDraft, straysOf } from "../stray-caller.ts";
import type { View } from "../view.ts";
import { listed, spot } from "../wording.ts";

const hows = new Set(["callable", "url", "env"] as const);

/**
 * A caller names a region where its function does not belong, and could name the right one today. Where the region
 * comes from a committed env value that is wrong for everyone, env-region has the one finding; Hosting rewrites and
 * task enqueuers have rules of their own.
 */
export const mismatchedCaller = defineRule({
  id: "mismatched-caller",
  area: "callers",
  severity: "error",
  title: "a caller names a region where the function does not belong",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    for (const stray of straysOf(view, hows, out)) {
      const { use, regions } = stray;
      const message = `${spot(use.place)} calls ${use.function} in ${listed(regions, "or")}${provisoText(use)}; ${destination(view, stray)} ${consequence(view, stray, "every call fails now")}`;
      out.fail(strayDraft(view, stray, message, mend(view, stray)));
    }
  },
});

function mend(view: View, stray: Stray): string {
  if (view.manifest === null)
    return `Name ${listed(stray.expected, "or")} at the call, or settle where it belongs with \`regions init\`.`;
  return `Point it at ${aim(view, stray)}.`;
}
