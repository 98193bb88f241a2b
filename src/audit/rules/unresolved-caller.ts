import { defineRule } from "../rule.ts";
import { spot } from "../wording.ts";

/** A site that reaches some function in some region, and nobody can tell which. It is never guessed. */
export const unresolvedCaller = defineRule({
  id: "unresolved-caller",
  area: "callers",
  severity: "warning",
  title: "a caller whose function or region cannot be read from the source",
  needs: [{ source: "callers", facets: ["files"] }],
  needsManifest: false,
  check(view, out) {
    out.pass(view.uses.callers.length);
    for (const site of view.snapshot.callers?.unresolved ?? []) {
      out.fail({
        message: `Nobody can tell which function ${spot(site)} reaches, or in which region: ${site.reason}. A move could break it unseen.`,
        mend: "Write `// regions: calls NAME in REGION` on the line above it, or add an `ignore` with the reason.",
        function: null,
        place: {
          file: site.file,
          line: site.line,
          endLine: site.endLine,
          ...(site.column === undefined ? {} : { column: site.column }),
        },
        impact: "later",
        region: null,
        symbol: site.symbol,
        snippet: site.snippet,
      });
    }
  },
});
