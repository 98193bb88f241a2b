import { accept } from "../../migrate/engine/accept.ts";
import { turnBack } from "../../migrate/engine/turn-back.ts";
import type { Journal } from "../../migrate/journal/journal.ts";
import { lockPlan } from "../../migrate/journal/lock-plan.ts";
import { Refused } from "../../migrate/ports/world.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";
import { findMove, openJournals } from "../wire/migrate/find-move.ts";
import { noClass } from "../wire/migrate/no-class.ts";
import { holderHere } from "../wire/migrate/store.ts";
import { type MoveWorld, openMoveWorld } from "../wire/migrate/world.ts";
import { type MoveTurn, takeTurn, tellTurns } from "./each-move.ts";
import { type Running, runHere } from "./run-here.ts";

export interface GoOnOptions extends Running {
  readonly ifDue: boolean;
  /** Of open moves, those of functions of this class; null: all. */
  readonly class: string | null;
  /** Reason for which somebody answers for the proof that the move waits for; null: nobody does. */
  readonly accept: string | null;
}

/**
 * Goes on with moves from their journals, or turns them back: those that are named, those of a class, or all that are open.
 * A rollback of several has to name them.
 */
export async function goOn(
  action: "resume" | "rollback",
  subjects: readonly string[],
  options: GoOnOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const world = await openMoveWorld(null, global, io);
  try {
    const journals = await meant(subjects, options.class, world, global, io);
    const [first, second] = journals;
    if (first === undefined) {
      await io.stdout.write("No move is open.\n");
      return exitCodes.clean;
    }
    if (action === "rollback" && second !== undefined && subjects.length === 0 && options.class === null) {
      throw inputError("Several moves are open.", "Name those that are to be rolled back.");
    }
    if (second !== undefined && options.accept !== null) {
      throw inputError("Several moves are open, and --accept answers for one.", "Name the move.");
    }
    const work = action === "resume" ? resume : rollback;
    if (second === undefined) return await work(first, world, options, global, io);
    const turns: MoveTurn[] = [];
    for (const journal of journals) {
      turns.push(await takeTurn(journal.id, global, io, () => work(journal, world, options, global, io)));
    }
    return await tellTurns(turns, global, io);
  } finally {
    await world.close();
  }
}

/** Open moves in the order in which they were begun, or those that are named, each once. */
async function meant(
  subjects: readonly string[],
  className: string | null,
  { store, clock }: MoveWorld,
  global: GlobalOptions,
  io: Io,
): Promise<readonly Journal[]> {
  if (subjects.length > 0) {
    const found = new Map<string, Journal>();
    for (const subject of subjects) {
      const journal = await findMove(store, clock, subject);
      found.set(journal.id, journal);
    }
    return [...found.values()];
  }
  const open = [...(await openJournals(store, clock))];
  open.sort((a, b) => a.standing().beganAt.localeCompare(b.standing().beganAt));
  if (className === null) return open;
  const { manifest } = await requireManifest(findGround(global, io), global);
  if (!manifest.classes.has(className)) throw noClass(className, manifest);
  return open.filter((journal) => manifest.functions.get(journal.standing().plan.function)?.class === className);
}

async function resume(
  journal: Journal,
  world: MoveWorld,
  options: GoOnOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const { last, plan, ended } = journal.standing();
  if (ended !== null) {
    const what = plan.purpose === "prune" ? `${plan.function} in ${plan.from} is pruned` : `${plan.function} has moved`;
    await io.stdout.write(`${journal.id} is over: ${ended === "moved" ? what : "rolled back"}.\n`);
    return exitCodes.clean;
  }
  if (
    options.ifDue &&
    last.kind === "wait" &&
    last.until !== null &&
    Date.parse(last.until) > (await world.clock.now())
  ) {
    await io.stdout.write(`${journal.id} waits for ${last.for}, until ${last.until}: not due yet. Exit code 5.\n`);
    return exitCodes.waiting;
  }
  const holder = holderHere(journal.id, options.takeOver);
  const lock = await lockPlan(world.store, plan, holder);
  try {
    const accepted = options.accept === null ? null : await accept(journal, holder.owner, options.accept);
    if (accepted?.is === "refused") throw new Refused(accepted.why);
    return await runHere(journal, lock, world.portsFor(plan), options, global, io);
  } finally {
    await lock.release();
  }
}

async function rollback(
  journal: Journal,
  world: MoveWorld,
  options: GoOnOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const { plan } = journal.standing();
  const holder = holderHere(journal.id, options.takeOver);
  const lock = await lockPlan(world.store, plan, holder);
  try {
    const answer = await turnBack(journal, holder.owner, "asked for");
    if (answer === "too late") {
      const reverse = `regions migrate ${plan.function} --to ${plan.from} --from ${plan.to}`;
      const back =
        plan.purpose === "prune"
          ? `The way back is a deployment: declare ${plan.function} in ${plan.from}, and deploy it.`
          : `The way back is another move:\n  ${reverse}`;
      await io.stdout.write(
        `The copy in ${plan.from} is being taken away, or gone: there is nothing to put back. Nothing was changed. ${back}\nExit code 4.\n`,
      );
      return exitCodes.failed;
    }
    return await runHere(journal, lock, world.portsFor(plan), options, global, io);
  } finally {
    await lock.release();
  }
}
