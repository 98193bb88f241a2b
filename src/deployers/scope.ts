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
 * of those they wait for is missing, and copies of the scope that only the state knows. Null = everything.
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
  // A function that runs as an account without its roles would be refused whatever it asks for.
  const classes = new Set(plan.copies.filter((copy) => chosen.has(keyOf(copy))).map((copy) => copy.class));
  for (const spec of plan.resources) {
    if (spec.parent.type === "regions:fleet:Class" && classes.has(spec.parent.name)) want(spec);
  }
  const gone = copiesIn(state).filter((copy) => {
    return isWithin(scope, { ...copy, class: classOf.get(copy.function) ?? null }) && !chosen.has(keyOf(copy));
  });
  const leftovers = state.resources.filter(({ name }) => gone.some((copy) => belongsTo(name, keyOf(copy))));
  // What others hang on, too, is named only where it is missing: for what hangs on a target and is not in the program,
  // because it is to be removed some other time, the engine would refuse the whole deployment.
  const known = new Set(state.resources.map(({ urn }) => urn));
  const isOwn = (spec: ResourceSpec): boolean => spec.of !== null && chosen.has(keyOf(spec.of));
  const own = [...wanted.values()].filter(isOwn);
  const beneath = [...wanted.values()].filter((spec) => !isOwn(spec));
  const missing = [urns.provider, ...plan.components.map(urns.component), ...beneath.map(urns.resource)];
  return [
    ...new Set([
      ...missing.filter((urn) => !known.has(urn)),
      ...own.map(urns.resource),
      ...leftovers.map(({ urn }) => urn),
    ]),
  ];
}

function keyOf({ function: name, region }: { readonly function: string; readonly region: string }): string {
  return `${name}@${region}`;
}

function belongsTo(logical: string, copy: string): boolean {
  return logical === copy || logical.startsWith(`${copy}/`);
}
