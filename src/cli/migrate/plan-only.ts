import { resolve } from "node:path";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { type Io, widthOf } from "../io.ts";
import type { PlannedBatches } from "../wire/migrate/plan-batches.ts";
import { type PruneAsk, planPruneHere } from "../wire/migrate/prune-here.ts";
import { fileOf } from "../wire/migrate/read-plan.ts";
import { writeWhole } from "../write-file.ts";
import { alone, codeOfBroken, plannedText } from "./apply.ts";

/** Writes plans, and changes nothing. 1: something stands against one; 3: something could not be looked at. */
export async function planOnly(
  planned: PlannedBatches,
  output: string | null,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const { batches, leftOut } = planned;
  const plans = batches.flat();
  const json = `${JSON.stringify(fileOf(batches, leftOut), null, 2)}\n`;
  const isWritten = output !== null && plans.length > 0;
  if (isWritten) writeWhole(resolve(io.cwd, output), json, output);
  if (global.format === "json") await io.stdout.write(json);
  else {
    await io.stdout.write(plannedText(planned, widthOf(io)));
    if (plans.length === 0) await io.stdout.write("There is nothing to move.\n");
    if (isWritten) await io.stdout.write(`Written to ${output}. \`regions migrate apply ${output}\` begins it.\n`);
  }
  const broken = plans.flatMap(({ preconditions }) => preconditions.filter(({ holds }) => !holds));
  return broken.length === 0 ? exitCodes.clean : codeOfBroken(broken);
}

/** The same of a prune. */
export async function prunePlanOnly(ask: PruneAsk, output: string, global: GlobalOptions, io: Io): Promise<ExitCode> {
  return planOnly(alone(await planPruneHere(ask, global, io)), output, global, io);
}
