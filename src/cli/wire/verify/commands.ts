import { statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { CheckEntry } from "../../../manifest/manifest.ts";
import { maskSecrets } from "../../../model/mask-secrets.ts";
import type { CommandOutcome } from "../../../verify/facts.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { createProgress } from "../../progress.ts";
import { runCommand } from "../run-command.ts";

/**
 * Runs the commands of `checks`, one after the other: builds of one codebase write where the next one reads. All of them
 * run, also after one has failed. Rejects only with the signal's reason.
 */
export async function runChecks(
  root: string,
  checks: readonly CheckEntry[],
  patienceMs: number,
  global: GlobalOptions,
  io: Io,
): Promise<readonly CommandOutcome[]> {
  const progress = createProgress(io, global);
  const outcomes: CommandOutcome[] = [];
  for (const { name, run, folder } of checks) {
    const begun = performance.now();
    const path = join(root, folder);
    const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    const { reason, output } = isThere
      ? await progress.during(name, () => runCommand(run, path, { signal: io.signal, patienceMs }))
      : { reason: "the folder is not there", output: [] };
    const seconds = Math.round((performance.now() - begun) / 1_000);
    outcomes.push({ name, run: maskSecrets(run), folder, reason, output: output.map(shown), seconds });
  }
  return outcomes;
}

/** A line as text: no colours, no secrets. */
function shown(line: string): string {
  return maskSecrets(stripVTControlCharacters(line));
}
