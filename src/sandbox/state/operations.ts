import { serviceNameOf } from "../../model/function-url.ts";
import { type JsonObject, textAt } from "./json.ts";
import { nextId, partsOf, scrambledDigits, serviceName, serviceUri } from "./names.ts";
import { Refusal } from "./refusal.ts";
import { uuidOf } from "./services.ts";
import type { FunctionResource, Operation, State } from "./state.ts";

/** What a fault makes of an operation that starts: how long it takes, and the error it ends in. */
export interface OperationFate {
  readonly delayMs: number;
  readonly failure: { readonly code: number; readonly message: string } | null;
}

/** Finished operations that are kept for those who still ask. */
const keptOperations = 500;

export function startOperation(
  state: State,
  now: Date,
  fate: OperationFate,
  job: Pick<Operation, "verb" | "target" | "api" | "request" | "result">,
): Operation {
  for (const other of Object.values(state.operations)) {
    if (other.target === job.target && other.endTime === null) {
      throw new Refusal(
        "ABORTED",
        `An operation on function ${partsOf(job.target).id} in region ${partsOf(job.target).region} in project ${state.project} is already in progress. Please try again later.`,
      );
    }
  }
  const { project, region } = partsOf(job.target);
  const id = `operation-${now.getTime()}-${nextId(state, 13)}-${nextId(state, 8)}`;
  const operation: Operation = {
    ...job,
    name: `projects/${project}/locations/${region}/operations/${id}`,
    createTime: now.toISOString(),
    readyAt: now.getTime() + fate.delayMs,
    failure: fate.failure,
    endTime: null,
  };
  state.operations[operation.name] = operation;
  return operation;
}

/**
 * Brings every operation that is due to its end: the function becomes what was asked for, with its Cloud Run service
 * and event trigger, or stays behind FAILED. Returns whether anything changed.
 */
export function settle(state: State, now: Date): boolean {
  let changed = false;
  for (const operation of Object.values(state.operations)) {
    if (operation.endTime !== null || operation.readyAt > now.getTime()) continue;
    operation.endTime = new Date(operation.readyAt).toISOString();
    finish(state, operation, operation.endTime);
    changed = true;
  }
  if (changed) forgetOld(state);
  return changed;
}

function finish(state: State, operation: Operation, endTime: string): void {
  const current = state.functions[operation.target];
  if (operation.failure !== null) {
    if (current === undefined) return;
    current.state = "FAILED";
    current.updateTime = endTime;
    current.stateMessages = [{ severity: "ERROR", type: "DeploymentFailed", message: operation.failure.message }];
    return;
  }
  if (operation.result === null) {
    if (current !== undefined) removeFunction(state, current);
    return;
  }
  const result = structuredClone(operation.result);
  result.state = "ACTIVE";
  result.updateTime = endTime;
  delete result.stateMessages;
  bringService(state, result);
  bringTrigger(state, result, endTime);
  state.functions[result.name] = result;
}

/** Fills in what only a finished deployment knows: the service, its URL and the revision. */
export function bringService(state: State, resource: FunctionResource): void {
  const { region, id } = partsOf(resource.name);
  if (resource.environment === "GEN_1") {
    const version = Number(textAt(resource.serviceConfig, "revision") ?? "0") + 1;
    resource.serviceConfig.revision = String(version);
    return;
  }
  const service = serviceNameOf(id);
  const before = textAt(resource.serviceConfig, "revision");
  const number = before === null ? 1 : Number(before.split("-").at(-2)) + 1;
  resource.serviceConfig.service = serviceName(state, region, id);
  resource.serviceConfig.uri = serviceUri(state, region, service);
  resource.serviceConfig.revision = `${service}-${String(number).padStart(5, "0")}-${nextId(state, 3)}`;
}

/** The Eventarc trigger of a second-generation event function; it lies where the events come from. */
export function bringTrigger(state: State, resource: FunctionResource, time: string): void {
  const event = resource.eventTrigger;
  if (event === undefined || resource.environment !== "GEN_2") return;
  const { project, region, id } = partsOf(resource.name);
  const location = textAt(event, "triggerRegion") ?? region;
  event.triggerRegion = location;
  const name =
    textAt(event, "trigger") ??
    `projects/${project}/locations/${location}/triggers/${serviceNameOf(id)}-${scrambledDigits(resource.name, 6)}`;
  event.trigger = name;
  const filters = Array.isArray(event.eventFilters) ? event.eventFilters : [];
  state.triggers[name] = {
    name,
    uid: uuidOf(name),
    createTime: textAt(state.triggers[name] ?? {}, "createTime") ?? time,
    updateTime: time,
    eventFilters: [{ attribute: "type", value: textAt(event, "eventType") ?? "" }, ...structuredClone(filters)],
    ...(textAt(event, "serviceAccountEmail") === null
      ? {}
      : { serviceAccount: textAt(event, "serviceAccountEmail") ?? "" }),
    destination: { cloudFunction: resource.name },
    transport: { pubsub: transportOf(state, event, name, location) },
    labels: { "goog-managed-by": "cloudfunctions", "goog-drz-eventarc-location": location },
    etag: `"${uuidOf(name + time)}"`,
  };
}

function transportOf(state: State, event: JsonObject, trigger: string, location: string): JsonObject {
  const id = partsOf(trigger).id;
  return {
    topic: textAt(event, "pubsubTopic") ?? `projects/${state.project}/topics/eventarc-${location}-${id}`,
    subscription: `projects/${state.project}/subscriptions/eventarc-${location}-${id}-sub`,
  };
}

/** A deleted function takes its service, its bindings and its event trigger along; jobs and queues stay behind. */
function removeFunction(state: State, resource: FunctionResource): void {
  const service = textAt(resource.serviceConfig, "service");
  delete state.functions[resource.name];
  delete state.policies[resource.name];
  if (service !== null) delete state.policies[service];
  const trigger = textAt(resource.eventTrigger ?? {}, "trigger");
  if (trigger !== null) delete state.triggers[trigger];
}

function forgetOld(state: State): void {
  const done = Object.values(state.operations).filter((operation) => operation.endTime !== null);
  for (const operation of done.slice(0, Math.max(0, done.length - keptOperations))) {
    delete state.operations[operation.name];
  }
}
