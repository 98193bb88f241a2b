import { parseUrn } from "./parts.ts";
import type {
  ComponentName,
  ComponentSpec,
  ComponentType,
  FleetPlan,
  Input,
  Inputs,
  ResourceSpec,
  ResourceType,
} from "./resource.ts";
import { resourceTypes } from "./resource.ts";
import type { StackState, StateResource } from "./state.ts";

/**
 * The plan, with what was adopted and is not part of it: copies that should not exist, or that nobody declares. They
 * stay in the program as they are in the state, protected, until somebody decides on them; else the engine would take
 * their absence for an order to delete them.
 */
export function withKept(plan: FleetPlan, state: StackState): FleetPlan {
  const planned = new Set(plan.resources.map(({ type, name }) => `${type} ${name}`));
  const kept = state.resources.filter(
    ({ type, name, protect }) => protect && isType(type) && !planned.has(`${type} ${name}`),
  );
  if (kept.length === 0) return plan;
  const components = new Map(plan.components.map((component) => [`${component.type} ${component.name}`, component]));
  const byUrn = new Map(state.resources.map((resource) => [resource.urn, resource]));
  const resources = kept.flatMap((resource): ResourceSpec[] => {
    const parent = resource.parent === null ? undefined : byUrn.get(resource.parent);
    if (parent === undefined) return [];
    for (const component of chainOf(parent, byUrn)) components.set(`${component.type} ${component.name}`, component);
    return [specOf(resource, nameOf(parent))];
  });
  return { ...plan, components: [...components.values()], resources: [...plan.resources, ...resources] };
}

function specOf({ type, name, inputs }: StateResource, parent: ComponentName): ResourceSpec {
  return {
    type: type as ResourceType,
    name,
    parent,
    inputs: inputs as Record<string, Input> satisfies Inputs,
    dependsOn: [],
    of: null,
    options: { protect: true, ignoreChanges: ["*"] },
  };
}

/** A component with what it stands in, outermost first. */
function chainOf(component: StateResource, byUrn: ReadonlyMap<string, StateResource>): ComponentSpec[] {
  const above = component.parent === null ? undefined : byUrn.get(component.parent);
  if (above === undefined || !above.type.startsWith("regions:fleet:")) return [{ ...nameOf(component), parent: null }];
  return [...chainOf(above, byUrn), { ...nameOf(component), parent: nameOf(above) }];
}

function nameOf({ urn }: StateResource): ComponentName {
  const { type, name } = parseUrn(urn);
  return { type: type as ComponentType, name };
}

function isType(type: string): type is ResourceType {
  return (resourceTypes as readonly string[]).includes(type);
}
