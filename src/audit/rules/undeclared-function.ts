import type { DeployedFunction } from "../../model/deployed.ts";
import { exportLines, ownHolders, removal } from "../related.ts";
import { defineRule } from "../rule.ts";
import { strayLine } from "../state-lines.ts";
import { listed, spot } from "../wording.ts";

/** Deployed, and not in the manifest for this environment. One finding per copy; absorbs undeclared-export. */
export const undeclaredFunction = defineRule({
  id: "undeclared-function",
  area: "fleet",
  severity: "error",
  title: "a deployed function is not in the manifest",
  needs: [{ source: "deployed", facets: ["functions"] }],
  needsManifest: true,
  check(view, out) {
    const { manifest } = view;
    if (manifest === null) return;
    for (const copy of view.fleet.functions) {
      if (manifest.functions.has(copy.name)) {
        out.pass();
        continue;
      }
      const except = manifest.excepted.get(copy.name);
      const exported = exportLines(view, copy.name);
      const callers = view.usesOf(copy.name).filter((use) => use.regions.includes(copy.region));
      const said =
        except === undefined
          ? `${manifest.file} does not know it`
          : `${manifest.file} leaves it out of ${manifest.environment.name}`;
      const near = except === undefined && exported.length === 0 ? nearName(copy.name) : null;
      const called = callers[0] === undefined ? "" : ` ${spot(callers[0].place)} calls it.`;
      out.fail({
        message: `${copy.name} answers in ${copy.region}, and ${said}: nobody watches it, moves it or updates it.${called}${near === null ? "" : ` Did you mean ${near}?`}`,
        mend: mendOf(copy, exported.length > 0, except !== undefined),
        function: copy.name,
        place: null,
        impact: "later",
        region: copy.region,
        expected: [],
        actual: copy.region,
        related: [
          ...(except === undefined ? [] : [{ place: except, message: "left out of this environment here" }]),
          ...exported,
          ...ownHolders(view, copy.name, copy.region),
          ...callers.map((use) => ({ place: use.place, message: `calls it in ${listed(use.regions, "or")}` })),
          ...strayLine(view, copy.name, copy.region),
        ],
      });
    }

    function mendOf({ name, region }: DeployedFunction, exported: boolean, excepted: boolean): string {
      const removing = removal(view, name, region);
      if (excepted) return `Take it out of \`except\`, or ${removing}.`;
      const declare = `\`${view.command("sync")}\``;
      return exported ? `Declare it: ${declare}.` : `Declare it with ${declare}, or ${removing}.`;
    }

    function nearName(name: string): string | null {
      const near = view.names.nearest(name);
      return near !== null && near !== name && manifest?.functions.has(near) ? near : null;
    }
  },
});
