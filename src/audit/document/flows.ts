import type { FlowRow, HopRow } from "../../model/document.ts";
import { StepFinder, type StepVerdict } from "../flow-steps.ts";
import type { View } from "../view.ts";

/** The declared flows, hop by hop, with the regions that each of them passes. */
export function flowRows(view: View): readonly FlowRow[] {
  const finder = new StepFinder(view);
  const wanted = (party: string) => (view.names.has(party) ? view.placementOf(party).wanted : []);
  return [...(view.manifest?.flows.values() ?? [])].map(({ name, edges }) => ({
    name,
    hops: edges.map((edge): HopRow => {
      const { from, to, via } = edge;
      const isFunction = view.names.has(to);
      return {
        from,
        to,
        via,
        fromRegions: wanted(from),
        toRegions: wanted(to),
        toFound:
          isFunction && view.fleet.facts !== null ? view.placementOf(to).copies.map(({ region }) => region) : null,
        ...(via === "note" ? { verdict: "note" as const, why: null } : judged(finder.judge(edge))),
      };
    }),
  }));
}

function judged(verdict: StepVerdict): Pick<HopRow, "verdict" | "why"> {
  switch (verdict.kind) {
    case "whole":
      return { verdict: "whole", why: null };
    case "broken":
      return { verdict: "broken", why: verdict.text };
    case "unknown":
      return { verdict: "open", why: verdict.reason };
    case "follows":
      return { verdict: "follows", why: "the function itself comes first" };
  }
}
