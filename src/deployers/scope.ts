import type { FleetPlan, PlannedCopy, ResourceSpec } from "../stacks/resource.ts";
import type { StackState } from "../stacks/state.ts";
import { copiesIn } from "../stacks/state.ts";
import type { Urns } from "../stacks/urns.ts";
import type { Scope } from "./port.ts";

/** Whether anything is left out. */
export function limits({ classes, regions, functions }: Scope): boolean {
  return classes.length + regions.length + functions.length > 0;
}

export function isWithin(
  scope: Scope,
  copy: Pick<PlannedCopy, "function" | "region"> & { class: string | null },
): boolean {
  const fits = (list: readonly string[], value: string | null): boolean =>
    list.length === 0 || (value !== null && list.includes(value));
  return fits(scope.classes, copy.class) && fits(scope.regions, copy.region) && fits(scope.functions, copy.function);
}

/**
 * The engine's names of all that a limited deployment touches: the copies in the scope with what hangs on them, what
 * those wait for, and copies of the scope that only the state knows. Null = everything.
 */
export function targetsOf(plan: FleetPlan, state: StackState, scope: Scope, urns: Urns): string[] | null {
  if (!limits(scope)) return null;
  const classOf = new Map(plan.copies.map((copy) => [copy.function, copy.class]));
  const chosen = new Set(plan.copies.filter((copy) => isWithin(scope, copy)).map(keyOf));
  const specs = new Map(plan.resources.map((spec) => [spec.name, spec]));
  const wanted = new Map<string, ResourceSpec>();
  const want = (spec: ResourceSpec): void => {
    if (wanted.has(spec.name)) return;
    wanted.set(spec.name, spec);
    for (const name of spec.dependsOn) {
      const before = specs.get(name);
      if (before !== undefined) want(before);
    }
  };
  for (const spec of plan.resources) if (spec.of !== null && chosen.has(keyOf(spec.of))) want(spec);
  const gone = copiesIn(state).filter((copy) => {
    return isWithin(scope, { ...copy, class: classOf.get(copy.function) ?? null }) && !chosen.has(keyOf(copy));
  });
  const leftovers = state.resources.filter(({ name }) => gone.some((copy) => belongsTo(name, keyOf(copy))));
  const resources = [...wanted.values()].map(urns.resource);
  const components = plan.components.map(urns.component);
  return [...new Set([urns.provider, ...components, ...resources, ...leftovers.map(({ urn }) => urn)])];
}

function keyOf({ function: name, region }: { readonly function: string; readonly region: string }): string {
  return `${name}@${region}`;
}

function belongsTo(logical: string, copy: string): boolean {
  return logical === copy || logical.startsWith(`${copy}/`);
}
