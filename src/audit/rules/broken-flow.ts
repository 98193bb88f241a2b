import type { FlowEdge, FlowEntry } from "../../manifest/manifest.ts";
import { StepFinder } from "../flow-steps.ts";
import { defineRule } from "../rule.ts";

/** An edge of a flow whose caller, holder, task or function does not exist. Regions are the other rules' business. */
export const brokenFlow = defineRule({
  id: "broken-flow",
  area: "flows",
  severity: "error",
  title: "a step of a declared flow does not exist",
  needs: [
    { source: "callers", facets: ["files"], optional: true },
    { source: "holders", facets: [], optional: true },
    { source: "deployed", facets: ["functions"], optional: true },
    { source: "declared", facets: ["files"], optional: true },
  ],
  needsManifest: true,
  check(view, out) {
    const finder = new StepFinder(view);
    for (const flow of view.manifest?.flows.values() ?? []) {
      for (const edge of flow.edges) {
        if (edge.via === "note") continue;
        const verdict = finder.judge(edge);
        if (verdict.kind === "whole") out.pass();
        if (verdict.kind === "unknown") out.unknown(verdict.scope, verdict.reason);
        if (verdict.kind !== "broken") continue;
        out.fail({
          message: `${flow.name} stops at step ${stepOf(flow, edge)}: ${verdict.text}.`,
          mend: `Bring the step back, or correct the flow in ${view.manifest?.file}.`,
          function: verdict.function,
          place: edge.place,
          impact: "next",
          region: null,
          expected: [`${edge.from} → ${edge.to}`],
          actual: null,
          symbol: `${flow.name} ${edge.from} ${edge.to} ${edge.via}`,
        });
      }
    }
  },
});

function stepOf(flow: FlowEntry, edge: FlowEdge): string {
  return `${flow.edges.indexOf(edge) + 1} of ${flow.edges.length}`;
}
