import { InputError, type Problem } from "../../model/problem.ts";
import {
  accountLogicalName,
  classComponent,
  regionComponent,
  sourcesComponent,
  toolLabel,
  topicLogicalName,
  watchComponent,
} from "../names.ts";
import type { ComponentSpec, FleetPlan, PlannedCopy, ResourceSpec } from "../resource.ts";
import { type Size, sizeOf } from "../size.ts";
import { planClasses } from "./classes.ts";
import { ownTopic, planCopy } from "./copy.ts";
import { planFirstGeneration } from "./first-generation.ts";
import { type FleetFunction, type FleetInput, problem } from "./fleet.ts";
import { joinFunctions } from "./functions.ts";
import { planSecondGeneration } from "./second-generation.ts";
import { planSources } from "./sources.ts";
import { planStorageAgent } from "./storage-agent.ts";
import { taskCallers } from "./task-callers.ts";
import { triggerRegionOf } from "./trigger-region.ts";
import { planTrigger } from "./triggers.ts";
import { planWatch } from "./watch.ts";

/**
 * Everything an environment is to consist of, as data: the same input gives the same plan, down to the order. Throws
 * InputError with every reason why it cannot be deployed.
 */
export function planFleet(input: FleetInput): FleetPlan {
  const { manifest, project } = input;
  const { functions, problems, notes } = joinFunctions(input);
  const callers = taskCallers(manifest, functions);
  const accounts = ownAccounts(functions);
  const missing: Problem[] = [];
  const copies: PlannedCopy[] = [];
  const resources: ResourceSpec[] = [];
  for (const one of functions) {
    const size = sizeOf(one.entry, one.endpoint);
    const trigger = triggerRegionOf(one.endpoint, input.places);
    if (trigger.kind === "unknown") {
      missing.push(problem(one.entry, `${one.entry.name} ${trigger.why}.`, trigger.mend));
      continue;
    }
    for (const region of one.regions) {
      copies.push(plannedCopy(one, region, size));
      const copy = planCopy(one, region, project, callers.of.get(one.entry.name) ?? [], trigger.region, accounts);
      const plan = one.endpoint.generation === 1 ? planFirstGeneration : planSecondGeneration;
      resources.push(...plan(copy, size), ...planTrigger(copy, size));
    }
  }
  const agent = planStorageAgent(functions, input.places, project.projectId);
  missing.push(...agent.problems);
  if (problems.length + missing.length > 0) throw new InputError([...problems, ...missing]);
  const used = new Map([...input.codebases].filter(([name]) => copies.some(({ codebase }) => codebase === name)));
  return {
    environment: manifest.environment.name,
    project: project.projectId,
    components: componentsOf(copies),
    resources: [
      ...(used.size === 0 ? [] : planSources(manifest, used)),
      ...planClasses(manifest, functions, callers.all),
      ...agent.resources,
      ...topics(functions, project.projectId),
      ...resources,
      ...planWatch(manifest, copies),
    ],
    copies,
    notes: [...notes, ...callers.notes, ...jobsElsewhere(resources)],
  };
}

/** Logical names of the classes' accounts, by their emails. */
function ownAccounts(functions: readonly FleetFunction[]): ReadonlyMap<string, string> {
  return new Map(
    functions.flatMap(({ entry, account }) => (account.own ? [[account.email, accountLogicalName(entry.class)]] : [])),
  );
}

/** A schedule then hangs on two regions, which nobody reads off regions.yaml. */
function jobsElsewhere(resources: readonly ResourceSpec[]): string[] {
  const away = resources.flatMap(({ type, inputs, of }) => {
    const isAway = type === "gcp:cloudscheduler/job:Job" && of !== null && inputs.region !== of.region;
    return isAway ? [{ name: of.function, region: String(inputs.region) }] : [];
  });
  return [...Map.groupBy(away, ({ region }) => region)].map(([region, jobs]) => {
    const names = jobs.map(({ name }) => name).sort();
    return `schedules of generation 1 start from ${region}, where the project's App Engine is: ${names.join(", ")}`;
  });
}

function plannedCopy(one: FleetFunction, region: string, size: Size): PlannedCopy {
  const { entry, endpoint } = one;
  return {
    function: entry.name,
    region,
    class: entry.class,
    codebase: entry.codebase,
    generation: endpoint.generation,
    trigger: endpoint.trigger.kind,
    cpu: size.cpu,
    maxInstances: size.maxInstances,
    leaving: entry.moving?.from === region,
  };
}

/** Topics that functions of generation 2 listen to: each once, and left alone when nobody listens any longer. */
function topics(functions: readonly FleetFunction[], project: string): ResourceSpec[] {
  const names = functions.flatMap(({ endpoint: { trigger, generation } }) => {
    return trigger.kind === "event" && generation === 2 ? (ownTopic(trigger.filters.topic, project) ?? []) : [];
  });
  return [...new Set(names)].sort().map((name) => {
    return {
      type: "gcp:pubsub/topic:Topic",
      name: topicLogicalName(name),
      parent: sourcesComponent,
      inputs: { project, name, labels: toolLabel },
      dependsOn: [],
      of: null,
      // Others may publish to it, and have subscriptions of their own.
      options: { retainOnDelete: true },
    };
  });
}

function componentsOf(copies: readonly PlannedCopy[]): ComponentSpec[] {
  if (copies.length === 0) return [];
  const classes = Map.groupBy(copies, (copy) => copy.class);
  return [
    { ...sourcesComponent, parent: null },
    ...[...classes].flatMap(([name, members]): ComponentSpec[] => [
      { ...classComponent(name), parent: null },
      ...[...new Set(members.map(({ region }) => region))].map((region): ComponentSpec => {
        return { ...regionComponent(name, region), parent: classComponent(name) };
      }),
    ]),
    { ...watchComponent, parent: null },
  ];
}
