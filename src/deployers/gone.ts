import type { Change, Part } from "../model/deployment.ts";
import { partOf } from "../stacks/parts.ts";
import type { FleetPlan } from "../stacks/resource.ts";
import { type Urns, urnsOf } from "../stacks/urns.ts";

/**
 * A preview that looks at what is really there finds adopted copies gone that somebody has deleted. The program still
 * declares them, so the engine would make them again; a deployment, which looks first, forgets them instead.
 */
export function withoutGone(
  changes: readonly Change[],
  kept: FleetPlan,
  plan: FleetPlan,
  { provider }: Urns,
): readonly Change[] {
  if (kept.resources.length === plan.resources.length) return changes;
  const project = provider.split("::")[1] ?? "";
  const urns = urnsOf(kept, project);
  const planned = new Set(plan.resources.map(({ name }) => name));
  const strays = new Set(
    kept.resources.flatMap((spec) => {
      const part = planned.has(spec.name) ? null : partOf(urns.resource(spec));
      return part === null ? [] : [keyOf(part)];
    }),
  );
  return changes.map((change) => {
    const isGone = change.operation === "create" && strays.has(keyOf(change.part));
    return isGone ? { ...change, operation: "forget" as const } : change;
  });
}

function keyOf({ kind, function: name, region, detail }: Part): string {
  return [kind, name, region, detail].join(" ");
}
