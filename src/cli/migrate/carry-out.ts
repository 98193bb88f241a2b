import { beginJournal } from "../../migrate/journal/journal.ts";
import { collides, lockPlan } from "../../migrate/journal/lock-plan.ts";
import { changedSince } from "../../migrate/plan/plan.ts";
import { Refused } from "../../migrate/ports/world.ts";
import type { MovePlan } from "../../model/move.ts";
import { InputError } from "../../model/problem.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";
import { openJournals } from "../wire/migrate/find-move.ts";
import { planBatches } from "../wire/migrate/plan-batches.ts";
import { NotSeen } from "../wire/migrate/plan-here.ts";
import { holderHere, openStore } from "../wire/migrate/store.ts";
import { type MoveWorld, openMoveWorld } from "../wire/migrate/world.ts";
import { askOf } from "./ask-of.ts";
import { type MoveTurn, takeTurn, tellTurns } from "./each-move.ts";
import { type Running, runHere } from "./run-here.ts";
import { isInOrder } from "./worse.ts";

/** Which of several plans have a journal already. */
export async function alreadyBegun(
  plans: readonly MovePlan[],
  global: GlobalOptions,
  io: Io,
): Promise<ReadonlySet<string>> {
  const ground = findGround(global, io);
  const { manifest } = await requireManifest(ground, global);
  const store = openStore(ground.root, manifest.environment, io);
  const known = new Set(await store.list().finally(() => store.close()));
  return new Set(plans.flatMap(({ id }) => (known.has(id) ? [id] : [])));
}

/**
 * Carries out moves that were agreed to, one after the other, each with its own journal and lock. A move that fails keeps no
 * other of its batch from its turn, and the next batch from beginning; that one is looked at anew first.
 */
export async function carryOut(
  batches: readonly (readonly MovePlan[])[],
  options: Running,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const [first] = batches.flat();
  if (first === undefined) return exitCodes.clean;
  const world = await openMoveWorld(first.environment, global, io);
  const plans = batches.flat();
  const turns: MoveTurn[] = [];
  try {
    if (plans.length === 1) return await one(first, world, options, global, io);
    for (const [index, batch] of batches.entries()) {
      if (turns.some(({ code }) => code !== null && !isInOrder(code))) break;
      const ready = index === 0 ? batch : await lookedAtAnew(batch, global, io);
      for (const plan of ready) {
        const work = plan instanceof Refused ? () => Promise.reject(plan) : () => one(plan, world, options, global, io);
        turns.push(await takeTurn(plans[turns.length]?.id ?? "", global, io, work));
      }
    }
    turns.push(...plans.slice(turns.length).map(({ id }) => ({ id, code: null })));
    return await tellTurns(turns, global, io);
  } catch (error) {
    const left = plans.slice(turns.length + 1).map(({ id }) => id);
    if (io.signal.aborted && left.length > 0) await io.stderr.write(`Not begun: ${left.join(", ")}.\n`);
    throw error;
  } finally {
    await world.close();
  }
}

async function one(
  plan: MovePlan,
  world: MoveWorld,
  options: Running,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const holder = holderHere(plan.id, options.takeOver);
  const lock = await lockPlan(world.store, plan, holder);
  try {
    if ((await world.store.read(plan.id)) !== null) {
      throw new Refused(
        `The plan ${plan.id} was begun before: \`regions migrate status ${plan.id}\` shows what came of it. Nothing was changed; plan anew.`,
      );
    }
    // Between the look and the consent somebody else may have begun.
    const open = (await openJournals(world.store, world.clock)).find((other) => collides(other.standing().plan, plan));
    if (open !== undefined) {
      throw new Refused(`${open.id} has begun meanwhile, and is not over. Nothing was changed; end that one first.`);
    }
    const event = { kind: "planned", plan, by: holder.owner } as const;
    const journal = await beginJournal(world.store, world.clock, event);
    return await runHere(journal, lock, world.portsFor(plan), options, global, io);
  } finally {
    await lock.release();
  }
}

/** The plans of a later batch by a look of today; in place of one that no longer holds, why. */
async function lookedAtAnew(
  batch: readonly MovePlan[],
  global: GlobalOptions,
  io: Io,
): Promise<readonly (MovePlan | Refused)[]> {
  let today: readonly MovePlan[];
  try {
    today = (await planBatches(batch.map(askOf), { ...global, quiet: true }, io)).batches.flat();
  } catch (error) {
    if (!(error instanceof NotSeen) && !(error instanceof InputError)) throw error;
    const why =
      error instanceof NotSeen ? error.gaps.join("; ") : error.problems.map(({ message }) => message).join(" ");
    return batch.map(() => new Refused(`Not begun: ${why}`));
  }
  return batch.map((plan, index) => {
    const now = today[index];
    if (now === undefined) return new Refused("Not begun: it can no longer be planned.");
    const [broken] = now.preconditions.filter(({ holds }) => !holds);
    if (broken !== undefined) return new Refused(`Not begun: ${broken.found}. ${broken.mend ?? ""}`.trim());
    const [change] = changedSince(withoutLines(plan), withoutLines(now));
    if (change !== undefined) return new Refused(`Not begun: ${change}. Plan it anew.`);
    return { ...now, id: plan.id, madeAt: plan.madeAt };
  });
}

/** The moves before it rewrite source: a caller may stand in another line by now. */
function withoutLines(plan: MovePlan): MovePlan {
  return { ...plan, world: plan.world.map(({ what, is }) => ({ what: what.replace(/^(caller .*):\d+$/, "$1"), is })) };
}
