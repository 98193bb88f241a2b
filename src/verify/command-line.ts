import type { ChecklistLine } from "../model/verification.ts";
import type { CommandOutcome } from "./facts.ts";

/** A command that regions.yaml names under `checks`. */
export function commandLine({ name, run, folder, reason, output, seconds }: CommandOutcome): ChecklistLine {
  const where = folder === "." ? "" : ` in ${folder}`;
  const took = `${seconds} s`;
  return reason === null
    ? { id: `check:${name}`, outcome: "passed", evidence: `\`${run}\`${where} ended with 0 after ${took}`, details: [] }
    : { id: `check:${name}`, outcome: "failed", evidence: `\`${run}\`${where}: ${reason}`, details: output };
}
