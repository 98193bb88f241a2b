import { didYouMean } from "../../../manifest/nearest.ts";
import { type PruneRequest, planPrune, straysOf } from "../../../migrate/plan/prune.ts";
import type { PruneFacts } from "../../../migrate/plan/prune-input.ts";
import type { Gap } from "../../../model/gap.ts";
import type { MovePlan } from "../../../model/move.ts";
import { InputError } from "../../../model/problem.ts";
import type { GlobalOptions } from "../../command.ts";
import { inputError } from "../../input-error.ts";
import type { Io } from "../../io.ts";
import { moveFacts } from "./facts.ts";
import { lookForPlans, NotSeen, type PlanGround } from "./plan-here.ts";

export type PruneAsk = Omit<PruneRequest, "now">;

/**
 * Plans the prune of one copy from one look at everything. Throws InputError with what is wrong with what was asked, and
 * NotSeen where nothing can be said of where the function is live.
 */
export async function planPruneHere(ask: PruneAsk, global: GlobalOptions, io: Io): Promise<MovePlan> {
  const ground = await lookForPlans(global, io);
  const { manifest, snapshot } = ground;
  const copies = (snapshot.deployed?.functions ?? []).filter(({ name }) => name === ask.function);
  const isFound = copies.some(({ region }) => region === (ask.region ?? region));
  const unread = fleetGaps(ground);
  // "Live nowhere" would be said of what was only not seen.
  if (!isFound && unread.length > 0) throw new NotSeen(unread.map(({ scope, reason }) => `${scope}: ${reason}`));
  if (copies.length === 0) {
    const known = [...manifest.functions.keys(), ...(snapshot.deployed?.functions ?? []).map(({ name }) => name)];
    const mend = didYouMean(ask.function, known) ?? "`regions prune` lists what could be pruned.";
    throw inputError(`${ask.function} is live nowhere.`, mend);
  }
  return planFrom(ground, ask);
}

/** What stands against the prune of one copy; `refused` where no plan can be made of it at all. */
export interface Prunable {
  readonly function: string;
  readonly region: string;
  readonly runtime: string | null;
  /** Beside which wanted copy it lives; null: the manifest does not declare the function here. */
  readonly beside: string | null;
  readonly plan: MovePlan | null;
  readonly refused: string | null;
}

/** Every copy that nobody wants, each with the plan of its prune. */
export async function prunablesHere(
  global: GlobalOptions,
  io: Io,
): Promise<{ readonly prunables: readonly Prunable[]; readonly gaps: readonly string[] }> {
  const ground = await lookForPlans(global, io);
  const { manifest, snapshot } = ground;
  const byName = Map.groupBy(snapshot.deployed?.functions ?? [], ({ name }) => name);
  const names = [...byName.keys()].sort();
  const prunables = names.flatMap((name) => {
    const entry = manifest.functions.get(name) ?? null;
    const { copies } = moveFacts(snapshot, manifest, name, "", []);
    return straysOf(entry, copies).map(({ region, runtime }): Prunable => {
      const found = { function: name, region, runtime };
      const ask = { function: name, region, replaceBy: null, unproven: null, quietForMs: null };
      try {
        const plan = planFrom(ground, ask);
        return { ...found, beside: entry === null ? null : (plan.stays?.region ?? null), plan, refused: null };
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        const refused = error.problems.map(({ message, mend }) => `${message} ${mend ?? ""}`.trim()).join(" ");
        return { ...found, beside: null, plan: null, refused };
      }
    });
  });
  return { prunables, gaps: gapsOf(ground, []) };
}

function planFrom(ground: PlanGround, ask: PruneAsk): MovePlan {
  const { manifest, snapshot } = ground;
  const { function: name, replaceBy } = ask;
  const own = moveFacts(snapshot, manifest, name, ask.region ?? "", ground.openAround(name), ground.telegram);
  const standIn = replaceBy === null ? null : moveFacts(snapshot, manifest, replaceBy, "", ground.openOf(replaceBy));
  const regions = [...own.copies, ...(standIn?.copies ?? [])].map(({ region }) => region);
  const facts: PruneFacts = { own: { ...own, gaps: gapsOf(ground, regions) }, standIn };
  const plan = planPrune(manifest, facts, { ...ask, now: ground.now });
  return { ...plan, id: ground.unused(plan.id) };
}

/** Gaps in the list of functions itself. */
function fleetGaps({ snapshot }: PlanGround): readonly Gap[] {
  return snapshot.gaps.filter(({ source, facet }) => source === "deployed" && facet === "functions");
}

/**
 * A prune rests on all of the fleet and on everybody who may lead there: only what else stands in regions without a copy
 * of it says nothing of it.
 */
function gapsOf({ snapshot }: PlanGround, regions: readonly string[]): string[] {
  const bears = ({ source, facet, region }: Gap): boolean =>
    source !== "state" &&
    (source !== "deployed" || facet === "functions" || region === null || regions.includes(region));
  return snapshot.gaps.filter(bears).map(({ source, scope, reason }) => `${source} ${scope}: ${reason}`);
}
