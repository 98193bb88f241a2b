import type { Report } from "../model/finding.ts";
import { InputError } from "../model/problem.ts";
import type { Io } from "./io.ts";
import type { AuditOptions } from "./library-options.ts";

/*
 * What `import … from "gcp-regions"` gives. It prints nothing, ends no process, keeps nothing between two calls, and
 * reads no variable that it was not handed.
 */

export type { Finding } from "../model/finding.ts";
export type { Gap, SourceName } from "../model/gap.ts";
export type { Problem } from "../model/problem.ts";
export type { AuditOptions } from "./library-options.ts";

/** What `regions audit --format json` prints: version 1 of the contract of audit.schema.json. */
export type AuditReport = Report;

/** Wrong options, a wrong manifest or another wrong file: `problems` has all of it, with places and what to do. */
export const RegionsInputError: typeof InputError = InputError;
export type RegionsInputError = InputError;

/**
 * One look and all rules, as `regions audit`. What was asked for and could not be read is in `gaps`: a report without
 * findings is clean only where it has no gaps either. Rejects with RegionsInputError, and with the signal's reason.
 */
export async function audit(options: AuditOptions = {}): Promise<AuditReport> {
  const { auditAsAsked } = await import("./library-audit.ts");
  return auditAsAsked(options, quietIo(options));
}

const nowhere: Io["stdout"] = { write: async () => {}, isTerminal: false, columns: null };

function quietIo({ cwd, env, signal, applicationDefaultCredentials }: AuditOptions): Io {
  return {
    stdout: nowhere,
    stderr: nowhere,
    env: env ?? {},
    cwd: cwd ?? process.cwd(),
    signal: signal ?? new AbortController().signal,
    now: () => new Date(),
    ask: null,
    asksTheMachine: applicationDefaultCredentials === true,
  };
}
