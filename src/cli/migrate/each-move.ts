import { Refused } from "../../migrate/ports/world.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { worse } from "./worse.ts";

/** One of several moves, and how its turn ended. */
export interface MoveTurn {
  readonly id: string;
  /** Null: it was not begun, as what comes before it has failed. */
  readonly code: ExitCode | null;
}

/** One of several moves takes its turn: that somebody else is at it, or its journal is torn, keeps no other from its own. */
export async function takeTurn(
  id: string,
  global: GlobalOptions,
  io: Io,
  work: () => Promise<ExitCode>,
): Promise<MoveTurn> {
  try {
    return { id, code: await work() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const end = { is: "refused", reason: error.message };
    if (global.format === "text") await io.stderr.write(`${id}: ${error.message}\n`);
    else await io.stdout.write(`${JSON.stringify({ version: 1, move: id, end, canRollBack: false })}\n`);
    return { id, code: exitCodes.failed };
  }
}

/** Says for each how it ended, and gives the exit code of all. */
export async function tellTurns(turns: readonly MoveTurn[], global: GlobalOptions, io: Io): Promise<ExitCode> {
  const code = turns.reduce<ExitCode>((worst, turn) => worse(worst, turn.code ?? exitCodes.clean), exitCodes.clean);
  if (global.format !== "text" || turns.length < 2) return code;
  const width = Math.max(...turns.map(({ id }) => id.length));
  const lines = turns.map((turn) => `  ${turn.id.padEnd(width)}  ${endOf(turn.code)}`);
  await io.stdout.write(`\n${turns.length} moves:\n${lines.join("\n")}\nExit code ${code}.\n`);
  return code;
}

function endOf(code: ExitCode | null): string {
  if (code === exitCodes.clean) return "over";
  if (code === exitCodes.waiting) return "waiting";
  return code === null ? "not begun" : "failed";
}
