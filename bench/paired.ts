import { spawnSync } from "node:child_process";

export interface Paired {
  /** Median wall time of each, in milliseconds. */
  readonly subject: number;
  readonly reference: number;
  /** Median of the ratios of neighbouring runs: what drifts from minute to minute hits both of a pair. */
  readonly ratio: number;
}

/** A command; `before` runs before each of its runs, and is not timed. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly before?: () => void;
}

/** Runs two whole processes in turn, in changing order, and compares their wall times. Throws when one of them fails. */
export function pairedProcesses(
  rounds: number,
  subject: Program,
  reference: Program,
  options: { readonly cwd: string; readonly allowed?: readonly number[] },
): Paired {
  const once = (program: Program) => wallTime(program, options.cwd, options.allowed ?? [0]);
  // The first runs fill the file cache and the compile cache.
  for (let warm = 0; warm < 3; warm++) {
    once(subject);
    once(reference);
  }
  const pairs = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 0) {
      const first = once(subject);
      return { subject: first, reference: once(reference) };
    }
    const first = once(reference);
    return { subject: once(subject), reference: first };
  });
  return {
    subject: median(pairs.map((pair) => pair.subject)),
    reference: median(pairs.map((pair) => pair.reference)),
    ratio: median(pairs.map((pair) => pair.subject / pair.reference)),
  };
}

function wallTime({ command, args, before }: Program, cwd: string, allowed: readonly number[]): number {
  before?.();
  const started = process.hrtime.bigint();
  const result = spawnSync(command, args, { cwd, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const elapsed = Number(process.hrtime.bigint() - started) / 1e6;
  if (result.error !== undefined) throw result.error;
  if (result.status === null || !allowed.includes(result.status)) {
    throw new Error(`${command} ${args.join(" ")} ended with ${result.status ?? result.signal}: ${result.stderr}`);
  }
  return elapsed;
}

/** A script run by the Node that runs this. */
export function node(...args: readonly string[]): Program {
  return { command: process.execPath, args };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
