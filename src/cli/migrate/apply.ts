import { resolve } from "node:path";
import { beginJournal } from "../../migrate/journal/journal.ts";
import { collides, lockPlan } from "../../migrate/journal/lock-plan.ts";
import { changedSince } from "../../migrate/plan/plan.ts";
import { Refused } from "../../migrate/ports/world.ts";
import type { MovePlan } from "../../model/move.ts";
import { ActionError } from "../../model/problem.ts";
import { planText } from "../../report/move.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { type Io, widthOf } from "../io.ts";
import { readInput } from "../wire/files.ts";
import { openJournals } from "../wire/migrate/find-move.ts";
import { type PlanAsk, planHere } from "../wire/migrate/plan-here.ts";
import { type PruneAsk, planPruneHere } from "../wire/migrate/prune-here.ts";
import { readPlan } from "../wire/migrate/read-plan.ts";
import { holderHere } from "../wire/migrate/store.ts";
import { openMoveWorld } from "../wire/migrate/world.ts";
import { type Running, runHere } from "./run-here.ts";

export interface ApplyOptions extends Running {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Plans, shows, asks, begins. */
export async function applyNew(ask: PlanAsk, options: ApplyOptions, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const [plan] = await planHere([ask], global, io);
  if (plan === undefined) return exitCodes.failed;
  return begin(plan, options, global, io);
}

/** The same of a prune. */
export async function applyNewPrune(
  ask: PruneAsk,
  options: ApplyOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  return begin(await planPruneHere(ask, global, io), options, global, io);
}

/** Begins what was approved as a file, if the world is still the one it was made in. */
export async function applyFile(file: string, options: ApplyOptions, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const plan = readPlan(readInput(resolve(io.cwd, file), file).text, file);
  const today = await planAgain(plan, { ...global, environment: global.environment ?? plan.environment }, io);
  if (today === undefined) return exitCodes.failed;
  if (today.environment !== plan.environment || today.project !== plan.project) {
    const message = `The plan is for ${plan.environment} (project ${plan.project}), and this is ${today.environment} (project ${today.project}).`;
    throw inputError(message, "Name its environment with --env, or plan anew.");
  }
  const changes = changedSince(plan, today);
  if (changes.length > 0) {
    throw new ActionError(
      changes.map((change) => {
        const message = `The world has changed since the plan was made: ${change}.`;
        return { place: null, message, mend: "Nothing was changed. Plan anew, and have it approved.", excerpt: null };
      }),
    );
  }
  return begin({ ...today, id: plan.id, madeAt: plan.madeAt }, options, global, io);
}

/** The same plan, made today. */
async function planAgain(plan: MovePlan, global: GlobalOptions, io: Io): Promise<MovePlan | undefined> {
  const { purpose, function: name, to, from, stays, abortOn, unproven } = plan;
  const silence = plan.steps.map(({ action }) => action).find((action) => action.do === "await-silence");
  const quietForMs = silence?.forMs ?? null;
  if (purpose === "prune") {
    const replaceBy = stays === null || stays.function === name ? null : stays.function;
    return planPruneHere({ function: name, region: from, replaceBy, unproven, quietForMs }, global, io);
  }
  const [today] = await planHere([{ function: name, to, from, abortOn, unproven, quietForMs }], global, io);
  return today;
}

async function begin(plan: MovePlan, options: ApplyOptions, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const isText = global.format === "text";
  if (isText && (!options.yes || options.dryRun)) await io.stdout.write(planText(plan, widthOf(io)));
  if (!isText && options.dryRun) await io.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
  const broken = plan.preconditions.filter(({ holds }) => !holds);
  if (broken.length > 0) {
    const problems = broken.map(({ found, mend }) => `${plan.function}: ${found}. ${mend ?? ""}`.trim());
    await io.stderr.write(`${problems.join("\n")}\nNothing was changed.\n`);
    return broken.some(({ id }) => id !== "seen") ? exitCodes.findings : exitCodes.gap;
  }
  if (options.dryRun) return exitCodes.clean;
  if (!options.yes) {
    const ask = isText ? (io.ask ?? null) : null;
    if (ask === null) {
      await io.stdout.write(
        "Nothing begun: nobody is at the terminal to agree. Give --yes to begin, or --dry-run to look.\n",
      );
      return exitCodes.usage;
    }
    const what =
      plan.purpose === "prune" ? `Prune the copy of ${plan.function} in ${plan.from},` : `Move ${plan.function} in`;
    const answer = await ask(`${what} ${plan.environment}, project ${plan.project}? [y/N] `);
    if (!/^\s*y(es)?\s*$/i.test(answer)) {
      await io.stdout.write("Nothing begun.\n");
      return exitCodes.clean;
    }
  }
  const world = await openMoveWorld(plan.environment, global, io);
  try {
    const holder = holderHere(plan.id, options.takeOver);
    const lock = await lockPlan(world.store, plan, holder);
    try {
      if ((await world.store.read(plan.id)) !== null) {
        throw new Refused(
          `The plan ${plan.id} was begun before: \`regions migrate status ${plan.id}\` shows what came of it. Nothing was changed; plan anew.`,
        );
      }
      // Between the look and the consent somebody else may have begun.
      const open = (await openJournals(world.store, world.clock)).find((one) => collides(one.standing().plan, plan));
      if (open !== undefined) {
        throw new Refused(`${open.id} has begun meanwhile, and is not over. Nothing was changed; end that one first.`);
      }
      const event = { kind: "planned", plan, by: holder.owner } as const;
      const journal = await beginJournal(world.store, world.clock, event);
      return await runHere(journal, lock, world.portsFor(plan), options, global, io);
    } finally {
      await lock.release();
    }
  } finally {
    await world.close();
  }
}
