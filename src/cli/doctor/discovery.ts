import type { DoctorLine } from "./line.ts";

export interface CodebaseSdk {
  readonly name: string;
  /** Why its discovery cannot be run, with what to do; null: it can. */
  readonly problem: string | null;
}

/** Whether each codebase's own discovery could be run; nobody needs it who does not ask for it. */
export function discoveryLines(codebases: readonly CodebaseSdk[]): DoctorLine[] {
  return codebases.map(({ name, problem }) => ({
    name: `discovery of codebase ${name}`,
    state: problem === null ? "present" : "not configured",
    detail: problem ?? "firebase-functions is installed, and the codebase is built",
    unlocks: "--discover of audit, list and snapshot: what firebase deploy would make of the source",
    todo: null,
  }));
}
