import { resolve } from "node:path";
import { changedSince } from "../../migrate/plan/plan.ts";
import { Refused } from "../../migrate/ports/world.ts";
import type { MovePlan, Precondition } from "../../model/move.ts";
import { ActionError } from "../../model/problem.ts";
import { planText } from "../../report/move.ts";
import { batchesText } from "../../report/move-batches.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { inputError } from "../input-error.ts";
import { type Io, widthOf } from "../io.ts";
import { readInput } from "../wire/files.ts";
import {
  type ClassPlanAsk,
  type PlanAsk,
  type PlannedBatches,
  planBatches,
  planClass,
} from "../wire/migrate/plan-batches.ts";
import { type PruneAsk, planPruneHere } from "../wire/migrate/prune-here.ts";
import { fileOf, readPlans } from "../wire/migrate/read-plan.ts";
import { askOf } from "./ask-of.ts";
import { alreadyBegun, carryOut } from "./carry-out.ts";
import type { Running } from "./run-here.ts";

export interface ApplyOptions extends Running {
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** Plans, shows, asks, begins. */
export async function applyNew(
  asks: readonly PlanAsk[],
  options: ApplyOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  return begin(await planBatches(asks, global, io), options, global, io);
}

/** The same for the functions of a class that are not there yet. */
export async function applyClass(
  ask: ClassPlanAsk,
  options: ApplyOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  return begin(await planClass(ask, global, io), options, global, io);
}

/** The same of a prune. */
export async function applyNewPrune(
  ask: PruneAsk,
  options: ApplyOptions,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  return begin(alone(await planPruneHere(ask, global, io)), options, global, io);
}

export function alone(plan: MovePlan): PlannedBatches {
  return { batches: [[plan]], leftOut: [] };
}

/**
 * Begins what was approved as a file, if the world is still the one it was made in. Of several, those that were begun before
 * are left to `resume`.
 */
export async function applyFile(file: string, options: ApplyOptions, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const approved = readPlans(readInput(resolve(io.cwd, file), file).text, file);
  const here = { ...global, environment: global.environment ?? approved.flat()[0]?.environment ?? null };
  const begun = approved.flat().length < 2 ? new Set<string>() : await alreadyBegun(approved.flat(), here, io);
  const batches = approved.map((batch) => batch.filter(({ id }) => !begun.has(id))).filter((batch) => batch.length > 0);
  for (const id of begun) await io.stderr.write(`${id} was begun before: \`regions migrate resume ${id}\` goes on.\n`);
  const plans = batches.flat();
  if (plans.length === 0) throw new Refused("Every move of the plan was begun before. Nothing was changed.");
  const made = await planAgain(plans, here, io);
  const today = new Map(made.map((plan) => [plan.function, plan]));
  const problems = plans.flatMap((plan) => {
    const now = today.get(plan.function);
    if (now === undefined) return [];
    if (now.environment !== plan.environment || now.project !== plan.project) {
      const message = `The plan is for ${plan.environment} (project ${plan.project}), and this is ${now.environment} (project ${now.project}).`;
      throw inputError(message, "Name its environment with --env, or plan anew.");
    }
    const whose = plans.length === 1 ? "" : `${plan.function}: `;
    return changedSince(plan, now).map((change) => ({
      place: null,
      message: `${whose}The world has changed since the plan was made: ${change}.`,
      mend: "Nothing was changed. Plan anew, and have it approved.",
      excerpt: null,
    }));
  });
  if (problems.length > 0) throw new ActionError(problems);
  const named = (plan: MovePlan): MovePlan => {
    const now = today.get(plan.function) ?? plan;
    return { ...now, id: plan.id, madeAt: plan.madeAt };
  };
  return begin({ batches: batches.map((batch) => batch.map(named)), leftOut: [] }, options, global, io);
}

/** The same plans, made today. */
async function planAgain(plans: readonly MovePlan[], global: GlobalOptions, io: Io): Promise<readonly MovePlan[]> {
  const [first] = plans;
  if (first === undefined || plans.every(({ purpose }) => purpose === "move"))
    return (await planBatches(plans.map(askOf), global, io)).batches.flat();
  const { function: name, from, stays, unproven } = first;
  const replaceBy = stays === null || stays.function === name ? null : stays.function;
  const { quietForMs } = askOf(first);
  return [await planPruneHere({ function: name, region: from, replaceBy, unproven, quietForMs }, global, io)];
}

async function begin(planned: PlannedBatches, options: ApplyOptions, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const { batches, leftOut } = planned;
  const plans = batches.flat();
  const [first] = plans;
  const isText = global.format === "text";
  if (isText && (!options.yes || options.dryRun)) await io.stdout.write(plannedText(planned, widthOf(io)));
  else if (isText && leftOut.length > 0) await io.stdout.write(batchesText([], leftOut, widthOf(io)));
  if (!isText && options.dryRun) await io.stdout.write(`${JSON.stringify(fileOf(batches, leftOut), null, 2)}\n`);
  if (first === undefined) {
    if (isText) await io.stdout.write("There is nothing to move.\n");
    return leftOut.some(({ isMoving }) => isMoving) ? exitCodes.waiting : exitCodes.clean;
  }
  const refused = await refusedOf(plans, io);
  if (refused !== null) return refused;
  if (options.dryRun) return exitCodes.clean;
  if (!options.yes) {
    const ask = isText ? (io.ask ?? null) : null;
    if (ask === null) {
      await io.stdout.write(
        "Nothing begun: nobody is at the terminal to agree. Give --yes to begin, or --dry-run to look.\n",
      );
      return exitCodes.usage;
    }
    const whose = plans.length === 1 ? first.function : `${plans.length} functions to ${first.to}`;
    const what =
      first.purpose === "prune" ? `Prune the copy of ${first.function} in ${first.from},` : `Move ${whose} in`;
    const answer = await ask(`${what} ${first.environment}, project ${first.project}? [y/N] `);
    if (!/^\s*y(es)?\s*$/i.test(answer)) {
      await io.stdout.write("Nothing begun.\n");
      return exitCodes.clean;
    }
  }
  return carryOut(batches, options, global, io);
}

/** What stands against the plans, on standard error, and the exit code for it; null: nothing does. */
async function refusedOf(plans: readonly MovePlan[], io: Io): Promise<ExitCode | null> {
  const broken = plans.flatMap((plan) =>
    plan.preconditions.flatMap(({ id, holds, found, mend }) =>
      holds ? [] : [{ id, text: `${plan.function}: ${found}. ${mend ?? ""}`.trim() }],
    ),
  );
  if (broken.length === 0) return null;
  await io.stderr.write(`${broken.map(({ text }) => text).join("\n")}\nNothing was changed.\n`);
  return codeOfBroken(broken);
}

/** The exit code for preconditions that do not hold: a gap where all that is wrong is that something was not seen. */
export function codeOfBroken(broken: readonly Pick<Precondition, "id">[]): ExitCode {
  return broken.some(({ id }) => id !== "seen") ? exitCodes.findings : exitCodes.gap;
}

/** One plan in full; several as a table, and each in full where a person can still read that. */
export function plannedText({ batches, leftOut }: PlannedBatches, width: number): string {
  const plans = batches.flat();
  const isFew = plans.length <= 5;
  const overview = plans.length > 1 || leftOut.length > 0 ? [batchesText(batches, leftOut, width)] : [];
  return [...overview, ...(isFew ? plans.map((plan) => planText(plan, width)) : [])].join("\n");
}
