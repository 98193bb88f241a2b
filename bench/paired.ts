import { spawnSync } from "node:child_process";

export interface Paired {
  /** Median wall time of each, in milliseconds. */
  readonly subject: number;
  readonly reference: number;
  /** Median of the ratios of neighbouring runs: what drifts from minute to minute hits both of a pair. */
  readonly ratio: number;
}

/** Runs two whole processes in turn, in changing order, and compares their wall times. Throws when one of them fails. */
export function pairedProcesses(
  rounds: number,
  subject: readonly string[],
  reference: readonly string[],
  options: { readonly cwd: string; readonly allowed?: readonly number[] },
): Paired {
  const once = (args: readonly string[]) => wallTime(args, options.cwd, options.allowed ?? [0]);
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

function wallTime(args: readonly string[], cwd: string, allowed: readonly number[]): number {
  const started = process.hrtime.bigint();
  const result = spawnSync(process.execPath, args, { cwd, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  const elapsed = Number(process.hrtime.bigint() - started) / 1e6;
  if (result.error !== undefined) throw result.error;
  if (result.status === null || !allowed.includes(result.status)) {
    throw new Error(`node ${args.join(" ")} ended with ${result.status ?? result.signal}: ${result.stderr}`);
  }
  return elapsed;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
