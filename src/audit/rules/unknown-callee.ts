import { defineRule } from "../rule.ts";
import { listed, spot } from "../wording.ts";

/** A caller reaches for a function that neither the manifest, nor the source, nor what is deployed knows. */
export const unknownCallee = defineRule({
  id: "unknown-callee",
  area: "callers",
  severity: "error",
  title: "a caller reaches for a function that does not exist",
  needs: [
    { source: "callers", facets: ["files"] },
    { source: "deployed", facets: [], optional: true },
    { source: "declared", facets: [], optional: true },
  ],
  needsManifest: false,
  check(view, out) {
    const looked = lookedAt();
    for (const use of view.uses.all) {
      if (view.names.has(use.function)) {
        out.pass();
        continue;
      }
      if (use.mayBeService) {
        out.unknown(use.function, "it is reached as a Cloud Run service, which need not be a function of this project");
        continue;
      }
      const open = openScope();
      if (open !== null) {
        out.unknown(open.scope, open.reason);
        continue;
      }
      const near = view.names.nearest(use.function);
      const proviso = use.proviso === null ? "" : `, ${use.proviso}`;
      // A list that hides unreachable regions proves no absence.
      const deployedRead = view.fleet.facts !== null && !view.fleet.lacks("unreachable-regions");
      out.fail({
        message: `${spot(use.place)} calls ${use.function}${proviso}: ${looked} no such function${deployedRead ? ", so every call fails" : ""}.${near === null ? "" : ` Did you mean ${near}?`}`,
        mend:
          near === null
            ? "Deploy and declare the function, or remove the call."
            : `Call ${near}, or declare ${use.function}.`,
        function: use.function,
        place: use.place,
        impact: deployedRead ? "now" : "next",
        region: use.regions[0] ?? null,
        confidence: use.certain && deployedRead ? "certain" : "likely",
        expected: near === null ? [] : [near],
        actual: use.function,
        symbol: use.symbol,
        snippet: use.snippet,
      });
    }

    /** Absence can be concluded only from places that were read whole, and at least one of them must have the say. */
    function openScope(): { scope: string; reason: string } | null {
      if (view.asked("deployed")) {
        if (view.fleet.complete) return null;
        const scope = view.fleet.unreadScope;
        return { scope, reason: "functions that callers reach may be deployed in what was not read" };
      }
      const unread = {
        scope: "*",
        reason: "functions that callers reach may be exported where the source could not be read",
      };
      if (view.asked("declared") && view.gapsOf("declared").length > 0) return unread;
      if (view.manifest !== null) return null;
      if (view.declared === null)
        return { scope: "*", reason: "neither source, nor deployed functions, nor a manifest to compare with" };
      return view.declared.unresolved.length > 0 ? unread : null;
    }

    function lookedAt(): string {
      const places = [
        ...(view.manifest === null ? [] : [view.manifest.file]),
        ...(view.declared === null ? [] : ["the source"]),
        ...(view.fleet.facts === null ? [] : ["the project"]),
      ];
      return `${listed(places)} ${places.length > 1 ? "have" : "has"}`;
    }
  },
});
