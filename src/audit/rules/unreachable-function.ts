import { manifestLine } from "../related.ts";
import { defineRule } from "../rule.ts";
import { putBack, stateOf } from "../state-lines.ts";

/** Webhooks and callables are called by people and services without Google credentials; they all get 403. */
export const unreachableFunction = defineRule({
  id: "unreachable-function",
  area: "fleet",
  severity: "error",
  title: "nobody may call a webhook or callable: no invoker binding for allUsers",
  needs: [{ source: "deployed", facets: ["functions", "invokers"], aspects: ["invokers"] }],
  needsManifest: false,
  check(view, out) {
    for (const copy of view.fleet.functions) {
      if (copy.trigger !== "https" && copy.trigger !== "callable") continue;
      if (copy.invoker === "public") {
        out.pass();
        continue;
      }
      if (copy.invoker === null) {
        // A gap is passed on by itself.
        if (view.fleet.gapIn("invokers", copy.region) === null) {
          out.unknown(copy.region, "its functions were listed without who may call them");
        }
        continue;
      }
      const kind = copy.trigger === "callable" ? "callable" : "https function";
      const isLost = view.remembered?.hasLostPublic(copy.name, copy.region) === true;
      out.fail({
        message: `Every call to ${copy.name} in ${copy.region} gets 403: allUsers may not call this ${kind}.`,
        mend: isLost
          ? `Put the binding back: ${putBack(view)}.`
          : "Grant roles/run.invoker (gen 1: roles/cloudfunctions.invoker) to allUsers; if it is private on purpose, add an `ignore` with the reason.",
        function: copy.name,
        place: null,
        impact: "now",
        region: copy.region,
        expected: ["public"],
        actual: "restricted",
        related: [
          ...manifestLine(view.placementOf(copy.name)),
          ...(isLost
            ? [
                {
                  place: null,
                  message: `${stateOf(view)} holds the binding: somebody took it away since it was deployed`,
                },
              ]
            : []),
        ],
      });
    }
  },
});
