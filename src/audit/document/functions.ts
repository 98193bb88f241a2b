import type { FunctionRow, FunctionStanding } from "../../model/document.ts";
import type { Report } from "../../model/finding.ts";
import { addTo } from "../multimap.ts";
import type { Placement } from "../placement.ts";
import type { View } from "../view.ts";

/** Every function that anybody knows: those of the manifest in its order, then the others by name. */
export function functionRows(view: View, report: Report): readonly FunctionRow[] {
  const rules = new Map<string, string[]>();
  for (const { function: name, rule, suppressed } of report.findings) {
    if (name === null || suppressed !== null || rules.get(name)?.includes(rule)) continue;
    addTo(rules, name, rule);
  }
  const flows = flowsByFunction(view);
  const declared = view.manifest?.functions ?? new Map<string, never>();
  const others = [...new Set([...view.exports.keys(), ...view.fleet.copies.keys()])].filter(
    (name) => !declared.has(name),
  );
  return [...declared.keys(), ...others.sort()].map((name): FunctionRow => {
    const placement = view.placementOf(name);
    const { entry, wanted, accepted, copies } = placement;
    return {
      name,
      class: entry?.class ?? null,
      trigger: entry?.trigger ?? copies[0]?.trigger ?? view.exportsOf(name)[0]?.trigger ?? null,
      wanted,
      copies: copies.map(({ region, runtime, state }) => ({
        region,
        accepted: accepted.includes(region),
        runtime,
        state,
      })),
      standing: standingOf(view, placement),
      moving: entry?.moving == null ? null : { from: entry.moving.from, until: entry.moving.until },
      flows: flows.get(name) ?? [],
      rules: rules.get(name) ?? [],
    };
  });
}

function standingOf(view: View, placement: Placement): FunctionStanding {
  const { name, entry, standing, extras, overdueCopy, wanted, unreadWanted, absentWanted } = placement;
  if (view.isExcepted(name)) return "left out";
  if (view.manifest !== null && entry === null) return "undeclared";
  if (overdueCopy !== null) return "overdue";
  if (standing === "moving" || standing === "misplaced" || standing === "missing" || standing === "overdue")
    return standing;
  if (standing === "unknown" || view.fleet.facts === null) return "not looked at";
  if (absentWanted.length > 0) return entry?.moving == null ? "missing" : "moving";
  if (extras.length > 0) return "extra copy";
  // In place where anybody looked; a second region that is wanted, too, may be another matter.
  return unreadWanted.length > 0 && wanted.length > 1 ? "not looked at" : "in place";
}

function flowsByFunction(view: View): ReadonlyMap<string, readonly string[]> {
  const flows = new Map<string, string[]>();
  for (const { name, edges } of view.manifest?.flows.values() ?? []) {
    const parties = new Set(edges.flatMap(({ from, to }) => [from, to]));
    for (const party of parties) if (view.names.has(party)) addTo(flows, party, name);
  }
  return flows;
}
