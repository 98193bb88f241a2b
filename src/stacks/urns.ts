import { providerName } from "./names.ts";
import type { ComponentName, ComponentSpec, FleetPlan, ResourceSpec } from "./resource.ts";

/** The engine's names of a plan's resources, which an import or a target must know before there are any. */
export interface Urns {
  readonly provider: string;
  readonly component: (component: ComponentName) => string;
  readonly resource: (spec: Pick<ResourceSpec, "type" | "name" | "parent">) => string;
}

export function urnsOf(plan: Pick<FleetPlan, "environment" | "components">, project: string): Urns {
  const head = `urn:pulumi:${plan.environment}::${project}::`;
  const parents = new Map(plan.components.map((component) => [keyOf(component), component]));
  const chain = (component: ComponentName): string => {
    const spec: ComponentSpec | undefined = parents.get(keyOf(component));
    const above = spec?.parent ?? null;
    return above === null ? component.type : `${chain(above)}$${component.type}`;
  };
  return {
    provider: `${head}pulumi:providers:gcp::${providerName}`,
    component: (component) => `${head}${chain(component)}::${component.name}`,
    resource: ({ type, name, parent }) => `${head}${chain(parent)}$${type}::${name}`,
  };
}

function keyOf({ type, name }: ComponentName): string {
  return `${type} ${name}`;
}
