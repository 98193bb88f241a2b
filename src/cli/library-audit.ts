import { resolve } from "node:path";
import { z } from "zod";
import { didYouMean } from "../manifest/nearest.ts";
import type { Report } from "../model/finding.ts";
import { InputError, type Problem } from "../model/problem.ts";
import { auditReport } from "./audit-report.ts";
import type { GlobalOptions } from "./command.ts";
import { readDay } from "./day.ts";
import type { Io } from "./io.ts";
import type { AuditOptions } from "./library-options.ts";
import { readSources } from "./read-sources.ts";

const text = z.string().min(1, "it is given nothing").optional();

/** Callers in plain JavaScript have no types: what is misspelt there must not be taken for left out. */
const optionShapes = {
  cwd: text,
  manifest: text,
  environment: text,
  sources: z.array(z.string()).min(1, "it is given nothing").optional(),
  root: text,
  today: text,
  deployed: text,
  snapshot: text,
  baseline: text,
  changedSince: text,
  discover: z.boolean().optional(),
  state: z.boolean().optional(),
  cache: z.boolean().optional(),
  env: z.record(z.string(), z.union([z.string(), z.undefined()])).optional(),
  applicationDefaultCredentials: z.boolean().optional(),
  signal: z.instanceof(AbortSignal).optional(),
} satisfies Record<keyof AuditOptions, z.ZodType>;

/** One look as `options` ask for it, judged, as the JSON contract has it. Rejects with InputError, and with an abort. */
export async function auditAsAsked(options: AuditOptions, { cwd, ...rest }: Io): Promise<Report> {
  refuseUnknown(options);
  const io: Io = { ...rest, cwd: resolve(cwd) };
  io.signal.throwIfAborted();
  const { deployed = null, snapshot = null, baseline = null, changedSince = null } = options;
  const { discover = false, state = false } = options;
  const request = { deployed, snapshot, baseline, changedSince, discover, state, exact: true };
  const { report } = await auditReport(request, globalOf(options, io), io);
  const { auditJson } = await import("../report/json.ts");
  io.signal.throwIfAborted();
  // What a program gets is what the command would have printed, and nothing of what is beside it in memory.
  return JSON.parse(auditJson(report));
}

function globalOf(options: AuditOptions, io: Io): GlobalOptions {
  return {
    manifest: options.manifest ?? null,
    environment: options.environment ?? null,
    format: "json",
    outputs: [],
    sources: options.sources === undefined ? null : readSources("sources", options.sources),
    root: options.root ?? null,
    today: options.today === undefined ? io.now().toISOString().slice(0, 10) : readDay("today", options.today),
    failOn: "error",
    color: false,
    quiet: true,
    verbose: false,
    cache: options.cache === true,
  };
}

function refuseUnknown(options: AuditOptions): void {
  const known = Object.keys(optionShapes);
  const problems: Problem[] = Object.keys(options)
    .filter((key) => !known.includes(key))
    .map((key) => problem(`audit() has no option "${key}".`, didYouMean(key, known)));
  for (const [key, shape] of Object.entries(optionShapes)) {
    const checked = shape.safeParse(options[key as keyof AuditOptions]);
    if (!checked.success) {
      const [first] = checked.error.issues;
      problems.push(
        problem(`The option "${key}" of audit() is wrong: ${first?.message ?? "it has another type"}.`, null),
      );
    }
  }
  if (problems.length > 0) throw new InputError(problems);
}

function problem(message: string, mend: string | null): Problem {
  return { place: null, message, mend, excerpt: null };
}
