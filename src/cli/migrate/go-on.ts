import { accept } from "../../migrate/engine/accept.ts";
import { turnBack } from "../../migrate/engine/turn-back.ts";
import type { Journal } from "../../migrate/journal/journal.ts";
import { lockPlan } from "../../migrate/journal/lock-plan.ts";
import { Refused } from "../../migrate/ports/world.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { findMove, openJournals } from "../wire/migrate/find-move.ts";
import { holderHere } from "../wire/migrate/store.ts";
import { type MoveWorld, openMoveWorld } from "../wire/migrate/world.ts";
import { type Running, runHere } from "./run-here.ts";

export interface GoOnOptions extends Running {
  readonly ifDue: boolean;
  /** Reason for which somebody answers for the proof that the move waits for; null: nobody does. */
  readonly accept: string | null;
}

/** Goes on with moves from their journals, or turns one back. */
export async function goOn(
  action: "resume" | "rollback",
  subject: string | null,
  options: GoOnOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const world = await openMoveWorld(null, global, io);
  const { store, clock } = world;
  try {
    const journals = subject === null ? await openJournals(store, clock) : [await findMove(store, clock, subject)];
    const [first, second] = journals;
    if (first === undefined) {
      await io.stdout.write("No move is open.\n");
      return exitCodes.clean;
    }
    if (action === "rollback") {
      if (second !== undefined) throw inputError("Several moves are open.", "Name the one that is to be rolled back.");
      return await rollback(first, world, options, global, io);
    }
    if (second !== undefined && options.accept !== null) {
      throw inputError("Several moves are open, and --accept answers for one.", "Name the move.");
    }
    let worst: ExitCode = exitCodes.clean;
    for (const journal of journals) worst = worse(worst, await resume(journal, world, options, global, io));
    return worst;
  } finally {
    await world.close();
  }
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

/** A failure says more than a wait, and a wait more than an end. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  const rank: readonly ExitCode[] = [
    exitCodes.clean,
    exitCodes.waiting,
    exitCodes.gap,
    exitCodes.findings,
    exitCodes.usage,
    exitCodes.failed,
  ];
  return rank.indexOf(a) >= rank.indexOf(b) ? a : b;
}
