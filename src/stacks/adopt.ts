import type { ImportResource } from "@pulumi/pulumi/automation/index.js";
import type { Generation, TriggerKind } from "../model/deployed.ts";
import { serviceNameOf } from "../model/function-url.ts";
import {
  classComponent,
  copyName,
  invokerName,
  jobLogicalName,
  queueLogicalName,
  regionComponent,
  scheduleId,
} from "./names.ts";
import type { ComponentName, ComponentSpec, Copy, FleetPlan, ResourceType } from "./resource.ts";
import { functionInvoker, serviceInvoker } from "./roles.ts";
import type { Urns } from "./urns.ts";

/** What is live, and can be taken over. */
export interface LiveParts {
  readonly functions: readonly {
    readonly name: string;
    readonly region: string;
    readonly generation: Generation;
    readonly trigger: TriggerKind;
    readonly isPublic: boolean;
  }[];
  readonly jobs: readonly { readonly name: string; readonly region: string }[];
  readonly queues: readonly { readonly name: string; readonly region: string }[];
}

/** Class that copies of undeclared functions stand in, until somebody decides on them. */
const undeclaredClass = "adopted";

interface Adoptable {
  readonly type: ResourceType;
  readonly name: string;
  readonly parent: ComponentName;
  /** As an import wants it. */
  readonly id: string;
}

/** Everything live that is the fleet's or could be: each copy at the region it is live in, with what hangs on it. */
export function adoptables(plan: FleetPlan, live: LiveParts, classOf: (name: string) => string | null): Adoptable[] {
  const { project } = plan;
  return live.functions.flatMap(({ name, region, generation, trigger, isPublic }): Adoptable[] => {
    const of: Copy = { function: name, region };
    const parent = regionComponent(classOf(name) ?? undeclaredClass, region);
    const here = `projects/${project}/locations/${region}`;
    const first = generation === 1;
    const found: Adoptable[] = [
      {
        type: first ? "gcp:cloudfunctions/function:Function" : "gcp:cloudfunctionsv2/function:Function",
        name: copyName(of),
        parent,
        id: `${here}/functions/${name}`,
      },
    ];
    if (isPublic) {
      found.push({
        type: first
          ? "gcp:cloudfunctions/functionIamMember:FunctionIamMember"
          : "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
        name: invokerName(of, "allUsers", project),
        parent,
        id: first
          ? `${here}/functions/${name} ${functionInvoker} allUsers`
          : `${here}/services/${serviceNameOf(name)} ${serviceInvoker} allUsers`,
      });
    }
    // Of generation 1 the job stands where App Engine does, and not beside its function.
    const job = trigger === "scheduled" ? live.jobs.find((one) => one.name === scheduleId(of)) : undefined;
    if (job !== undefined) {
      const id = `projects/${project}/locations/${job.region}/jobs/${job.name}`;
      found.push({ type: "gcp:cloudscheduler/job:Job", name: jobLogicalName(of), parent, id });
    }
    const queue = trigger === "task" && live.queues.some((one) => one.name === name && one.region === region);
    if (queue)
      found.push({
        type: "gcp:cloudtasks/queue:Queue",
        name: queueLogicalName(of),
        parent,
        id: `${here}/queues/${name}`,
      });
    return found;
  });
}

/** The plan with a component for every place that something is adopted in. */
export function withPlaces(plan: FleetPlan, found: readonly Adoptable[]): FleetPlan {
  const components = new Map(plan.components.map((one) => [`${one.type} ${one.name}`, one]));
  const add = (component: ComponentSpec): void => {
    const key = `${component.type} ${component.name}`;
    if (!components.has(key)) components.set(key, component);
  };
  for (const { parent } of found) {
    const of = classComponent(parent.name.slice(0, parent.name.indexOf("@")));
    add({ ...of, parent: null });
    add({ ...parent, parent: of });
  }
  return { ...plan, components: [...components.values()] };
}

/** An import of what the state does not hold yet, and the table of names that it refers to. */
export function importOf(found: readonly Adoptable[], known: ReadonlySet<string>, urns: Urns) {
  const names: Record<string, string> = { provider: urns.provider };
  const resources: ImportResource[] = [];
  for (const { type, name, parent, id } of found) {
    if (known.has(urns.resource({ type, name, parent }))) continue;
    names[parent.name] = urns.component(parent);
    resources.push({ type, name, id, parent: parent.name, provider: "provider" });
  }
  return { names, resources };
}
