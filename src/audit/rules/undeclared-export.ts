import { defineRule } from "../rule.ts";
import { spot } from "../wording.ts";

/** Exported, and not in the manifest. Where it is deployed already, undeclared-function has the finding. */
export const undeclaredExport = defineRule({
  id: "undeclared-export",
  area: "source",
  severity: "error",
  title: "the source exports a function that the manifest does not list",
  needs: [
    { source: "declared", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
  ],
  needsManifest: true,
  check(view, out) {
    const { manifest } = view;
    if (manifest === null) return;
    for (const [name, [one]] of view.exports) {
      if (one === undefined || view.fleet.copies.has(name)) continue;
      if (manifest.functions.has(name) || manifest.excepted.has(name)) {
        out.pass();
        continue;
      }
      const near = view.names.nearest(name);
      const hint = near !== null && near !== name && manifest.functions.has(near) ? ` Did you mean ${near}?` : "";
      out.fail({
        message: `${spot(one)} exports ${name}, and ${manifest.file} does not list it: whoever deploys it decides its region.${hint}`,
        mend: `Declare it: \`${view.command("sync")}\`.`,
        function: name,
        place: { file: one.file, line: one.line, ...(one.column === undefined ? {} : { column: one.column }) },
        impact: "later",
        region: one.regions[0] ?? null,
        confidence: one.certain ? "certain" : "likely",
        expected: [],
        actual: one.regions.length === 0 ? null : one.regions.join(", "),
        snippet: one.snippet,
      });
    }
  },
});
