import { runCommand } from "../run-command.ts";

export interface BuildOutcome {
  /** Null = it went well. */
  readonly reason: string | null;
}

/**
 * Runs a codebase's `build` in its folder, in a shell with the user's own environment, as the Firebase CLI runs
 * `predeploy`. What it prints is shown only when it fails. Rejects only with the signal's reason.
 */
export async function runBuild(command: string, folder: string, signal: AbortSignal): Promise<BuildOutcome> {
  const { reason, output } = await runCommand(command, folder, { signal, patienceMs: null });
  if (reason === null || output.length === 0) return { reason };
  return { reason: `${reason}:\n${output.map((line) => `    ${line}`).join("\n")}` };
}
