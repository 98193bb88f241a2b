import { Refused } from "../../migrate/ports/world.ts";
import { ActionError } from "../../model/problem.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Io } from "../io.ts";
import { NotSeen } from "../wire/migrate/plan-here.ts";

/**
 * What a port has refused is an action that failed, told in its own words; where nothing could be seen nothing was planned,
 * and the exit code is that of a gap. Anything else is thrown on.
 */
export async function told(act: () => Promise<ExitCode>, io: Io): Promise<ExitCode> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Refused) {
      throw new ActionError([{ place: null, message: error.message, mend: null, excerpt: null }]);
    }
    if (!(error instanceof NotSeen)) throw error;
    const lines = error.gaps.map((gap) => `Could not be looked at: ${gap}.`);
    await io.stderr.write(
      `${lines.join("\n")}\nNothing was planned: \`regions doctor\` says which access is missing.\n`,
    );
    return exitCodes.gap;
  }
}
