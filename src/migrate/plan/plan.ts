import type { Manifest } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { AbortRule, MovePlan, WorldFact } from "../../model/move.ts";
import { InputError, type Problem } from "../../model/problem.ts";
import type { MoveFacts, ReachingHolder } from "./facts.ts";
import { kindOf, stepsOf } from "./kind.ts";
import { preconditionsOf } from "./preconditions.ts";
import { risksOf } from "./risks.ts";
import { stepOf } from "./step.ts";

export interface MoveRequest {
  readonly function: string;
  readonly to: string;
  /** Null: the one region that it is live in. */
  readonly from: string | null;
  /** RFC 3339. */
  readonly now: string;
  readonly abortOn: AbortRule | null;
  readonly unproven: string | null;
  readonly quietForMs: number | null;
  /** Test events stand in for real ones. */
  readonly rehearsal?: boolean;
  /** How what waits in the old queue of a task function goes out; to the old copy where nothing is said. */
  readonly drainBy?: "waiting" | "override";
}

/** A move may be declared for so many days; the audit then says that it is overdue. */
const declaredDays = 45;

/**
 * The plan of one move. Throws InputError where there is nothing to plan: an unknown function or region, nothing to move,
 * several copies to choose from. What stands against a plan that can be made is among its preconditions.
 */
export function planMove(manifest: Manifest, facts: MoveFacts, request: MoveRequest): MovePlan {
  const { function: name, to } = request;
  const entry = manifest.functions.get(name);
  const refuse = (message: string, mend: string | null, place: Problem["place"] = entry?.place ?? null): never => {
    throw new InputError([{ place, message, mend, excerpt: null }]);
  };
  if (entry === undefined)
    return refuse(`${manifest.file} declares no function ${name}.`, "`regions sync` proposes its line.");
  if (!manifest.regions.has(to)) {
    return refuse(
      `${manifest.file} declares no region ${to}.`,
      `Declared are ${[...manifest.regions.keys()].join(", ")}.`,
    );
  }
  const from = fromOf(entry, facts.copies, request, refuse);
  const old = facts.copies.find(({ region }) => region === from);
  if (old === undefined) return refuse(`${name} is not live in ${from}.`, "A move starts from a copy that is live.");
  const codebase = manifest.codebases.get(entry.codebase);
  if (codebase === undefined) return refuse(`${manifest.file} declares no codebase ${entry.codebase}.`, null);
  const kind = kindOf(entry, old.trigger, facts, from);
  if (kind === null) {
    const message = `${name} is of a kind (${old.trigger}) that has one registration in the whole project: two copies cannot run side by side.`;
    return refuse(message, "Deploy it under a new name in the new region, register that, and remove the old one.");
  }
  const found = entry.regions.includes(to) && entry.moving === null ? "after" : "before";
  const until = new Date(Date.parse(request.now) + declaredDays * 86_400_000).toISOString().slice(0, 10);
  const generation = old.generation ?? 2;
  const { quietForMs, drainBy = "waiting" } = request;
  const input = { entry, codebase, from, to, generation, facts, quietForMs, drainBy, until, found } as const;
  const words = { function: name, from, to };
  const rehearsal = request.rehearsal === true;
  return {
    version: 1,
    id: `${name}-${to}-${request.now.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-")}`,
    purpose: "move",
    environment: manifest.environment.name,
    project: manifest.environment.project,
    ...words,
    stays: { function: name, region: to },
    ...(rehearsal ? { rehearsal } : {}),
    kind,
    generation,
    codebase: codebase.name,
    deployer: codebase.deployer,
    madeAt: request.now,
    preconditions: preconditionsOf(manifest, entry, codebase, facts, { ...words, old, unproven: request.unproven }),
    world: worldOf(facts, from, to, found),
    steps: stepsOf[kind](input).map((action) => stepOf(action, { ...words, rehearsal })),
    abortOn: request.abortOn,
    unproven: request.unproven,
    risks: risksOf(kind, { ...input, name }),
  };
}

type Refuse = (message: string, mend: string | null) => never;

function fromOf(
  { name, regions, moving }: { name: string; regions: readonly string[]; moving: { readonly from: string } | null },
  copies: readonly DeployedFunction[],
  { to, from }: MoveRequest,
  refuse: Refuse,
): string {
  if (from === to) return refuse(`${name} would move from ${from} to ${to}.`, "Name another region.");
  if (from !== null) return from;
  if (moving !== null && regions.includes(to)) return moving.from;
  const others = copies.filter(({ region }) => region !== to).map(({ region }) => region);
  const [one] = others;
  if (one === undefined) {
    const there = copies.some(({ region }) => region === to);
    return there
      ? refuse(`${name} is live in ${to} alone: there is nothing to move.`, null)
      : refuse(`${name} is live nowhere.`, `\`regions deploy --function ${name}\` deploys it.`);
  }
  if (others.length > 1) {
    return refuse(`${name} is live in ${others.join(" and ")}.`, "Say with --from which copy is to move.");
  }
  return one;
}

/** Facts that `apply` compares with the day: whatever differs then makes it refuse. */
function worldOf(facts: MoveFacts, from: string, to: string, found: string): WorldFact[] {
  return sortedFacts([
    { what: "regions.yaml", is: found === "before" ? `not in ${to} yet` : `in ${to} already` },
    ...facts.copies.map((copy) => ({ what: `copy in ${copy.region}`, is: copyFact(copy) })),
    ...facts.holders.filter(({ region }) => region === from || region === to).map(holderFact),
    ...facts.callers.map(({ at, region }) => ({ what: `caller ${at}`, is: region })),
    ...facts.jobs.map(({ name, region, state, schedule }) => ({
      what: `job ${name} in ${region}`,
      is: `${state} ${schedule ?? ""}`.trim(),
    })),
    ...facts.queues.map(({ name, region, state }) => ({ what: `queue ${name} in ${region}`, is: state })),
  ]);
}

/** What of a holder a plan rests on. */
export function holderFact({ ref, region, active }: ReachingHolder): WorldFact {
  return { what: `${ref.kind} ${ref.id} ${ref.field}`, is: active ? region : `${region}, switched off` };
}

/** What of a copy a plan rests on. */
export function copyFact(copy: DeployedFunction): string {
  const { state, runtime, memoryMiB, cpu, maxInstances, generation, trigger } = copy;
  const size = `${memoryMiB ?? "?"} MiB, ${cpu ?? "?"} vCPU, at most ${maxInstances ?? "?"}`;
  return `${state ?? "?"}, generation ${generation ?? "?"}, ${trigger}, ${runtime ?? "?"}, ${size}`;
}

export function sortedFacts(facts: readonly WorldFact[]): WorldFact[] {
  return [...facts].sort((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}

/** How the world of a plan differs from that of the same plan made today, one sentence each. */
export function changedSince(plan: MovePlan, today: MovePlan): string[] {
  const then = new Map(plan.world.map(({ what, is }) => [what, is]));
  const now = new Map(today.world.map(({ what, is }) => [what, is]));
  const changes = [...new Set([...then.keys(), ...now.keys()])].sort().flatMap((what): string[] => {
    const [was, is] = [then.get(what), now.get(what)];
    if (was === is) return [];
    if (was === undefined) return [`${what} is new: ${is}`];
    return is === undefined ? [`${what} is gone; it was ${was}`] : [`${what} was ${was}, and is ${is}`];
  });
  const ids = (one: MovePlan): string => one.steps.map(({ id }) => id).join(", ");
  return changes.length === 0 && ids(plan) !== ids(today)
    ? [`the steps would be others today: ${ids(today)}`]
    : changes;
}
