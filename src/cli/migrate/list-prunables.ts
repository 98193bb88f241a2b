import { prunablesText } from "../../report/prunable.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { type Io, widthOf } from "../io.ts";
import { type Prunable, prunablesHere } from "../wire/migrate/prune-here.ts";

/** Lists copies that nobody wants, with what stands against the prune of each. 3: something could not be looked at. */
export async function listPrunables(global: GlobalOptions, io: Io): Promise<ExitCode> {
  const { prunables, gaps } = await prunablesHere(global, io);
  const rows = prunables.map(rowOf);
  if (global.format === "text") await io.stdout.write(prunablesText(rows, widthOf(io)));
  else await io.stdout.write(`${JSON.stringify({ version: 1, copies: rows, gaps })}\n`);
  if (gaps.length === 0) return exitCodes.clean;
  if (global.format === "text") {
    await io.stderr.write(gaps.map((gap) => `Could not be looked at: ${gap}.\n`).join(""));
  }
  return exitCodes.gap;
}

function rowOf({ function: name, region, runtime, beside, plan, refused }: Prunable) {
  const broken = (plan?.preconditions ?? []).filter(({ holds }) => !holds);
  const isBeside = !broken.some(({ id }) => id === "stays");
  // What else stands against it ends with the move.
  const told = isBeside ? broken : broken.filter(({ id }) => id === "stays");
  const against = told.map(({ found, mend }) => ({ found, mend }));
  return {
    function: name,
    region,
    runtime,
    why: beside === null ? ("undeclared" as const) : isBeside ? ("duplicate" as const) : ("misplaced" as const),
    beside,
    against: refused === null ? against : [{ found: refused, mend: null }],
  };
}
