import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { Generation, TriggerKind } from "../model/deployed.ts";
import { type JsonObject, objectOf, textOf } from "./json.ts";
import { parseUrn } from "./parts.ts";
import type { Copy } from "./resource.ts";

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Empty for components. */
  readonly id: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  /** URN of its component; null at the top. */
  readonly parent: string | null;
  readonly protect: boolean;
  /** What went wrong when it was created: it is there, and not whole. */
  readonly initErrors: readonly string[];
}

export interface StackState {
  readonly resources: readonly StateResource[];
  /** What a run that was killed had begun: it may have happened or not. */
  readonly pending: readonly { readonly urn: string; readonly operation: string }[];
}

export interface StateCopy extends Copy {
  readonly generation: Generation;
  /** What starts it, by the labels of whatever tool deployed it; null where they do not tell. */
  readonly trigger: TriggerKind | null;
  readonly urn: string;
  /** Taken over as it is live, and not decided on yet: no deployment changes or deletes it. */
  readonly adopted: boolean;
}

/** Reads an exported state. A state that is empty, or of a shape that is not known, holds nothing. */
export function readState(exported: Deployment): StackState {
  const deployment = objectOf(exported.deployment);
  const resources = listOf(deployment?.resources).map((raw): StateResource => {
    const urn = textOf(raw.urn) ?? "";
    const { type, name } = parseUrn(urn);
    return {
      urn,
      type,
      name,
      id: textOf(raw.id) ?? "",
      inputs: objectOf(raw.inputs) ?? {},
      outputs: objectOf(raw.outputs) ?? {},
      parent: textOf(raw.parent),
      protect: raw.protect === true,
      initErrors: Array.isArray(raw.initErrors) ? raw.initErrors.map(String) : [],
    };
  });
  const pending = listOf(deployment?.pending_operations).map((raw) => {
    return { urn: textOf(objectOf(raw.resource)?.urn) ?? "", operation: textOf(raw.type) ?? "" };
  });
  return { resources, pending };
}

function listOf(value: unknown): JsonObject[] {
  return (Array.isArray(value) ? value : []).map(objectOf).filter((one) => one !== null);
}

const functionTypes: Readonly<Record<string, Generation>> = {
  "gcp:cloudfunctions/function:Function": 1,
  "gcp:cloudfunctionsv2/function:Function": 2,
};

/** The copies of functions that the state knows. */
export function copiesIn(state: StackState): StateCopy[] {
  return state.resources.flatMap(({ type, inputs, urn, protect }): StateCopy[] => {
    const generation = Object.hasOwn(functionTypes, type) ? functionTypes[type] : undefined;
    const name = textOf(inputs.name);
    const region = textOf(inputs.location) ?? textOf(inputs.region);
    if (generation === undefined || name === null || region === null) return [];
    return [{ function: name, region, generation, trigger: triggerIn(inputs), urn, adopted: protect }];
  });
}

/** Without a tool's label a scheduled function, a task and a callable all look like plain https. */
function triggerIn({ labels: written, eventTrigger }: JsonObject): TriggerKind | null {
  const labels = objectOf(written) ?? {};
  if (labels["deployment-tool"] === undefined) return null;
  if (labels["deployment-scheduled"] !== undefined) return "scheduled";
  if (labels["deployment-taskqueue"] !== undefined) return "task";
  if (labels["deployment-callable"] !== undefined) return "callable";
  return objectOf(eventTrigger) === null ? "https" : "event";
}

/** Functions that Google was still making, changing or deleting when they were read. */
export function busyCopies(state: StackState): StateCopy[] {
  const busy = state.resources.filter(({ outputs }) => {
    return /^(DEPLOYING|DELETING|(DEPLOY|DELETE)_IN_PROGRESS)$/.test(textOf(outputs.state ?? outputs.status) ?? "");
  });
  return copiesIn({ resources: busy, pending: [] });
}

/** Functions that were deployed and did not come up: created and never served, so that they have to be made anew. */
export function halfMade(state: StackState): string[] {
  return failed(state).flatMap((one) => (serves(one) ? [] : [one.urn]));
}

/** Functions whose last change went wrong: what served before goes on, and another change mends them. */
export function failedChanges(state: StackState): string[] {
  return failed(state).flatMap((one) => (serves(one) ? [one.urn] : []));
}

function failed(state: StackState): StateResource[] {
  return state.resources.filter(({ type, outputs, initErrors }) => {
    const isFailed = outputs.state === "FAILED" || outputs.status === "OFFLINE" || initErrors.length > 0;
    return Object.hasOwn(functionTypes, type) && isFailed;
  });
}

/** A service has its address from its first good revision on; of generation 1, OFFLINE means that nothing answers. */
function serves({ type, outputs }: StateResource): boolean {
  if (functionTypes[type] === 1) return outputs.status !== "OFFLINE";
  return textOf(objectOf(outputs.serviceConfig)?.uri) !== null;
}

/** Projects that the state's functions lie in; more than one, or another than is meant, is somebody else's state. */
export function projectsIn(state: StackState): string[] {
  const named = state.resources.flatMap(({ type, inputs }) => {
    return Object.hasOwn(functionTypes, type) ? (textOf(inputs.project) ?? []) : [];
  });
  return [...new Set(named)];
}
