import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { Change, Failure } from "../model/deployment.ts";
import { ActionError, type Problem } from "../model/problem.ts";
import { idOf } from "./ids.ts";
import { objectOf, textMapOf, textOf } from "./json.ts";
import { toolLabel } from "./names.ts";
import { partOf } from "./parts.ts";
import type { FleetPlan, ResourceSpec } from "./resource.ts";
import type { OpenStack, RunOptions } from "./run.ts";
import { busyCopies, readState } from "./state.ts";
import { type Urns, urnsOf } from "./urns.ts";

/** Ids that Google gave to resources of the plan, by logical name: alert policies and dashboards. */
export type GivenIds = ReadonlyMap<string, string>;

export interface Settled {
  /** Logical names of what is there and was missing in the state. */
  readonly found: readonly string[];
  /** What could not be asked for, and stays unknown: a region that cannot be reached, most of all. */
  readonly failures: readonly Failure[];
}

/**
 * Brings the state up to what a killed run left behind. Whatever the plan holds and the state does not is asked for by
 * its id: what is there, the engine reads into the state; what is not, stays to be created. Nothing is written outside
 * the state. Bindings and archives are not asked for: making them again makes nothing twice. Region by region, so that
 * one that cannot be reached hides no other.
 */
export async function settle(
  stack: OpenStack,
  plan: FleetPlan,
  project: string,
  given: GivenIds,
  options: RunOptions,
): Promise<Settled> {
  const urns = urnsOf(plan, project);
  await ensureSkeleton(stack, plan, urns, options);
  let state = withoutPending(await stack.readState());
  const known = new Set(readState(state).resources.map(({ urn }) => urn));
  const missing = plan.resources.flatMap((spec) => {
    const id = given.get(spec.name) ?? idOf(spec);
    return id === null || known.has(urns.resource(spec)) ? [] : [{ spec, id, urn: urns.resource(spec) }];
  });
  await stack.writeState(state);
  const found: string[] = [];
  const failures: Failure[] = [];
  for (const group of Map.groupBy(missing, ({ spec }) => spec.of?.region ?? null).values()) {
    await stack.writeState(withAssumed(state, group, urns));
    const asked = new Set(group.map(({ urn }) => urn));
    const read = await stack.refresh({ ...options, targets: [...asked] });
    if (read.complete) {
      failures.push(...(await untilRested(stack, asked, options)));
      state = withoutStrangers(await stack.readState(), asked);
    } else failures.push(...read.failures);
    await stack.writeState(state);
    const present = new Set(readState(state).resources.map(({ urn }) => urn));
    found.push(...group.filter(({ urn }) => present.has(urn)).map(({ spec }) => spec.name));
  }
  return { found, failures };
}

/** Pauses between two looks, and how long Google may take over what a killed run had sent, in ms. */
const restPauses = { first: 1_000, longest: 15_000, all: 15 * 60_000 };

/**
 * Waits until Google has ended what a killed run had begun: a function that is still being made has no service yet that
 * could be opened to anyone, and may still fail. Gives what takes too long.
 */
async function untilRested(stack: OpenStack, asked: ReadonlySet<string>, options: RunOptions): Promise<Failure[]> {
  const end = Date.now() + restPauses.all;
  for (let pause = restPauses.first; ; pause = Math.min(pause * 2, restPauses.longest)) {
    const busy = busyCopies(readState(await stack.readState())).filter(({ urn }) => asked.has(urn));
    if (busy.length === 0) return [];
    if (Date.now() + pause > end) {
      return busy.map(({ urn, function: name, region }) => {
        const minutes = Math.round(restPauses.all / 60_000);
        const message = `${name} in ${region} is still being changed at Google after ${minutes} minutes`;
        return { part: partOf(urn), operation: null, message };
      });
    }
    await sleep(pause, undefined, { signal: options.signal });
    const targets = busy.map(({ urn }) => urn);
    const { complete, failures } = await stack.refresh({ ...options, targets });
    if (!complete) return [...failures];
  }
}

/**
 * Provider and components, which hang on nothing outside: what is read into the state needs them there. Rejects with
 * ActionError, having done nothing, where the engine would touch anything else.
 */
export async function ensureSkeleton(
  stack: OpenStack,
  plan: FleetPlan,
  urns: Urns,
  options: RunOptions,
): Promise<void> {
  const present = new Set(readState(await stack.readState()).resources.map(({ urn }) => urn));
  // Only what is missing: whatever hangs on a target and is not in the program would be taken for deleted with it.
  const targets = [urns.provider, ...plan.components.map(urns.component)].filter((urn) => !present.has(urn));
  if (targets.length === 0) return;
  const skeleton = { ...plan, resources: [] };
  const limits = { signal: options.signal, targets };
  const { changes } = await stack.preview(skeleton, limits);
  if (changes.length > 0) throw new ActionError(changes.map(notSkeleton));
  const { complete, failures } = await stack.up(skeleton, limits);
  if (!complete) throw new Error(failures.map(({ message }) => message).join("\n"));
}

/** The skeleton hangs on nothing outside; a part of the fleet in its preview means that the engine would touch one. */
function notSkeleton({ part, operation }: Change): Problem {
  const { kind, function: name, region, class: group, detail } = part;
  const what = [kind, name ?? group ?? detail ?? "", region === null ? "" : `in ${region}`].filter(
    (word) => word !== "",
  );
  const message = `Only components were to be added to the state, and the engine plans to ${operation} ${what.join(" ")}.`;
  return { place: null, message, mend: "Nothing was adopted, and nothing was changed.", excerpt: null };
}

interface Assumed {
  readonly spec: ResourceSpec;
  readonly id: string;
  readonly urn: string;
}

/** The state as if everything missing were there, exactly as it is planned; a refresh then tells the truth. */
function withAssumed(exported: Deployment, missing: readonly Assumed[], urns: Urns): Deployment {
  const { deployment, resources } = partsOf(exported);
  const provider = readState(exported).resources.find(({ urn }) => urn === urns.provider);
  const assumed = missing.map(({ spec, id, urn }) => ({
    urn,
    custom: true,
    id,
    type: spec.type,
    inputs: spec.inputs,
    outputs: outputsOf(spec),
    parent: urns.component(spec.parent),
    provider: `${urns.provider}::${provider?.id ?? ""}`,
  }));
  return { ...exported, deployment: { ...deployment, resources: [...resources, ...assumed] } };
}

/** The provider's own records of labels, without which it would set them again. */
function outputsOf({ inputs }: ResourceSpec): Record<string, unknown> {
  const { labels } = inputs;
  return labels === undefined ? inputs : { ...inputs, pulumiLabels: labels, effectiveLabels: labels };
}

function withoutPending(exported: Deployment): Deployment {
  const { pending_operations, ...deployment } = partsOf(exported).deployment;
  return { ...exported, deployment };
}

/** Without functions that somebody else has deployed under the same names, and without what hangs on them. */
function withoutStrangers(exported: Deployment, asked: ReadonlySet<string>): Deployment {
  const { deployment, resources } = partsOf(exported);
  const strangers = new Set(
    readState(exported).resources.flatMap(({ urn, type, name, outputs }) => {
      const isFunction = type.endsWith("/function:Function");
      const isOurs = textMapOf(outputs.labels)["deployment-tool"] === toolLabel["deployment-tool"];
      return asked.has(urn) && isFunction && !isOurs ? [name] : [];
    }),
  );
  const kept = resources.filter((raw) => {
    const urn = textOf(objectOf(raw)?.urn) ?? "";
    const name = urn.split("::").slice(3).join("::");
    return !(asked.has(urn) && strangers.has(name.split("/")[0] ?? ""));
  });
  return { ...exported, deployment: { ...deployment, resources: kept } };
}

function partsOf(exported: Deployment): { deployment: Record<string, unknown>; resources: readonly unknown[] } {
  const deployment = { ...objectOf(exported.deployment) };
  return { deployment, resources: Array.isArray(deployment.resources) ? deployment.resources : [] };
}
