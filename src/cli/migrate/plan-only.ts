import { resolve } from "node:path";
import type { MovePlan } from "../../model/move.ts";
import { planText } from "../../report/move.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { type Io, widthOf } from "../io.ts";
import { type PlanAsk, planHere } from "../wire/migrate/plan-here.ts";
import { type PruneAsk, planPruneHere } from "../wire/migrate/prune-here.ts";
import { writeWhole } from "../write-file.ts";

/** Writes the plan of a move, and changes nothing. 1: something stands against it; 3: something could not be looked at. */
export async function planOnly(ask: PlanAsk, output: string | null, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const [plan] = await planHere([ask], global, io);
  return plan === undefined ? exitCodes.failed : showPlan(plan, output, global, io);
}

/** The same of a prune. */
export async function prunePlanOnly(ask: PruneAsk, output: string, global: GlobalOptions, io: Io): Promise<ExitCode> {
  return showPlan(await planPruneHere(ask, global, io), output, global, io);
}

async function showPlan(plan: MovePlan, output: string | null, global: GlobalOptions, io: Io): Promise<ExitCode> {
  const json = `${JSON.stringify(plan, null, 2)}\n`;
  if (output !== null) writeWhole(resolve(io.cwd, output), json, output);
  if (global.format === "json") await io.stdout.write(json);
  else {
    await io.stdout.write(planText(plan, widthOf(io)));
    if (output !== null)
      await io.stdout.write(`Written to ${output}. \`regions migrate apply ${output}\` begins it.\n`);
  }
  const broken = plan.preconditions.filter(({ holds }) => !holds);
  if (broken.length === 0) return exitCodes.clean;
  return broken.some(({ id }) => id !== "seen") ? exitCodes.findings : exitCodes.gap;
}
