import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { CopyRef, MovePlan, WorldFact } from "../../model/move.ts";
import { InputError } from "../../model/problem.ts";
import { kindOf } from "./kind.ts";
import { copyFact, holderFact, sortedFacts } from "./plan.ts";
import { isWanted, type PruneFacts, type PruneInput } from "./prune-input.ts";
import { prunePreconditions } from "./prune-preconditions.ts";
import { pruneRisks } from "./prune-risks.ts";
import { pruneSteps } from "./prune-steps.ts";
import { stepOf } from "./step.ts";

export interface PruneRequest {
  readonly function: string;
  /** Null: the one region with a copy that nobody wants. */
  readonly region: string | null;
  /** Function that holders are led to; null: the same function's wanted copy, where it has one. */
  readonly replaceBy: string | null;
  /** RFC 3339. */
  readonly now: string;
  readonly unproven: string | null;
  readonly quietForMs: number | null;
}

/**
 * The plan that takes one copy away that nobody wants. Throws InputError where there is nothing to plan: a function that is
 * live nowhere, several copies to choose from, a stand-in that is not declared. What stands against a plan that can be made
 * is among its preconditions.
 */
export function planPrune(manifest: Manifest, facts: PruneFacts, request: PruneRequest): MovePlan {
  const { function: name, replaceBy } = request;
  const entry = manifest.functions.get(name) ?? null;
  const refuse = (message: string, mend: string | null): never => {
    throw new InputError([{ place: entry?.place ?? null, message, mend, excerpt: null }]);
  };
  const region = regionOf(entry, facts.own.copies, request, refuse);
  const old = facts.own.copies.find((copy) => copy.region === region);
  if (old === undefined)
    return refuse(`${name} is not live in ${region}.`, `It is live in ${liveIn(facts.own.copies)}.`);
  if (replaceBy === name) return refuse(`${name} cannot replace itself.`, "Name another function with --replace-by.");
  const standIn = replaceBy === null ? null : (manifest.functions.get(replaceBy) ?? null);
  if (replaceBy !== null && standIn === null) {
    return refuse(
      `${manifest.file} declares no function ${replaceBy}.`,
      "Holders are led to a function that is declared: name one with --replace-by.",
    );
  }
  const kind = kindOf(entry ?? { holders: [] }, old.trigger, facts.own, region);
  if (kind === null) {
    const message =
      old.trigger === "other"
        ? `Nobody can see from here what starts ${name} in ${region}, and so nobody can tell when nothing does any longer.`
        : `${name} is of a kind (${old.trigger}) that has one registration in the whole project, and nobody can see from here whether it is this copy.`;
    return refuse(message, "Look at that in the console, and delete the copy by hand.");
  }
  const successor = standIn ?? entry;
  const there = (standIn === null ? facts.own : facts.standIn)?.copies ?? [];
  const stays = successor === null ? null : wantedCopy(successor, there);
  const other = there.find((copy) => copy.name === stays?.function && copy.region === stays.region) ?? null;
  const codebase = stays === null ? null : (manifest.codebases.get(successor?.codebase ?? "") ?? null);
  const { now, unproven, quietForMs } = request;
  const found = { manifest, name, region, old, kind, entry, stays, other, codebase, facts };
  const input: PruneInput = { ...found, now, unproven, quietForMs };
  const ofCopy = entry?.codebase ?? old.codebase ?? "default";
  const words = { function: name, from: region, to: stays?.region ?? region, stays };
  return {
    version: 1,
    id: `${name}-prune-${region}-${now.slice(0, 16).replaceAll(/[-:]/g, "").replace("T", "-")}`,
    purpose: "prune",
    environment: manifest.environment.name,
    project: manifest.environment.project,
    ...words,
    kind,
    generation: old.generation ?? 2,
    codebase: ofCopy,
    deployer: manifest.codebases.get(ofCopy)?.deployer ?? (old.deployer === "firebase" ? "firebase" : "pulumi"),
    madeAt: now,
    preconditions: prunePreconditions(input),
    world: worldOf(input),
    steps: pruneSteps(input).map((action) => stepOf(action, { ...words, purpose: "prune" })),
    abortOn: null,
    unproven,
    risks: pruneRisks(input),
  };
}

/** Copies of a function that the manifest neither wants nor is moving away from. */
export function straysOf(entry: FunctionEntry | null, copies: readonly DeployedFunction[]): DeployedFunction[] {
  return copies.filter(({ region }) => !isWanted(entry, region) && entry?.moving?.from !== region);
}

type Refuse = (message: string, mend: string | null) => never;

function regionOf(
  entry: FunctionEntry | null,
  copies: readonly DeployedFunction[],
  { function: name, region }: PruneRequest,
  refuse: Refuse,
): string {
  if (region !== null) return region;
  const strays = straysOf(entry, copies).map((copy) => copy.region);
  const [one, ...others] = strays;
  if (one === undefined) {
    return copies.length === 0
      ? refuse(`${name} is live nowhere.`, "`regions prune` lists what could be pruned.")
      : refuse(
          `No copy of ${name} could be pruned: it is live in ${liveIn(copies)}, and wanted or moving there.`,
          null,
        );
  }
  if (others.length > 0) {
    const list = strays.join(" and ");
    return refuse(`Copies of ${name} that nobody wants are live in ${list}.`, "Say with --region which is to go.");
  }
  return one;
}

function liveIn(copies: readonly DeployedFunction[]): string {
  return copies.length === 0 ? "no region" : copies.map(({ region }) => region).join(" and ");
}

/** The first wanted copy that is live and well; else the first that is wanted, so that its absence can be told. */
function wantedCopy({ name, regions }: FunctionEntry, copies: readonly DeployedFunction[]): CopyRef | null {
  const well = (region: string): boolean =>
    copies.some((copy) => copy.region === region && (copy.state === "ACTIVE" || copy.state === null));
  const region = regions.find(well) ?? regions[0];
  return region === undefined ? null : { function: name, region };
}

/** Facts that `apply` compares with the day: whatever differs then makes it refuse. */
function worldOf({ name, region, entry, stays, other, facts: { own } }: PruneInput): WorldFact[] {
  return sortedFacts([
    { what: "regions.yaml", is: entry === null ? "not declared" : `in ${entry.regions.join(", ")}` },
    ...own.copies.map((copy) => ({ what: `copy in ${copy.region}`, is: copyFact(copy) })),
    ...(other === null || stays?.function === name
      ? []
      : [{ what: `${other.name} in ${other.region}`, is: copyFact(other) }]),
    ...own.holders.filter((holder) => holder.region === region).map(holderFact),
    ...own.callers.map(({ at, region: there }) => ({ what: `caller ${at}`, is: there })),
    ...own.jobs.map((job) => ({
      what: `job ${job.name} in ${job.region}`,
      is: `${job.state} ${job.schedule ?? ""}`.trim(),
    })),
    ...own.queues.map((queue) => ({ what: `queue ${queue.name} in ${queue.region}`, is: queue.state })),
  ]);
}
