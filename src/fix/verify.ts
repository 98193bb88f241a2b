import type { Caller } from "../model/callers.ts";
import type { Finding } from "../model/finding.ts";
import { type Reading, spot, type Task } from "./task.ts";

/**
 * Compares what a tree says before and after edits: the tasks' callers must name their region and nothing else, every
 * other caller, function, gap and finding must be as it was. Null when all that holds, else what does not.
 */
export function differenceFrom(before: Reading, after: Reading, tasks: readonly Task[]): string | null {
  return callersDiffer(before, after, tasks) ?? declaredDiffer(before, after) ?? findingsDiffer(before, after, tasks);
}

function callersDiffer(before: Reading, after: Reading, tasks: readonly Task[]): string | null {
  const old = before.callers.callers;
  const fresh = after.callers.callers;
  if (before.gaps.length !== after.gaps.length) {
    const known = new Set(before.gaps.map(({ scope, reason }) => `${scope}\0${reason}`));
    const added = after.gaps.find(({ scope, reason }) => !known.has(`${scope}\0${reason}`));
    return `${added?.scope ?? "a file"} could not be read any longer`;
  }
  if (before.callers.unresolved.length !== after.callers.unresolved.length) {
    const site = after.callers.unresolved.find(
      (one) => !before.callers.unresolved.some((known) => known.file === one.file && known.reason === one.reason),
    );
    return site === undefined ? "a call could be read that could not before" : `${spot(site)} could not be resolved`;
  }
  if (old.length !== fresh.length) return "a call would appear or vanish";
  const wanted = new Map<number, string>();
  for (const task of tasks) for (const index of task.rows) wanted.set(index, task.region);
  for (const [index, row] of old.entries()) {
    const now = fresh[index];
    if (now === undefined || !isSameSite(row, now)) return `${spot(row)} would be another call`;
    const region = wanted.get(index);
    if (region !== undefined) {
      const wrong = now.targets.find((target) => target.region !== region);
      if (wrong !== undefined)
        return `${spot(now)} would still call ${wrong.function} in ${wrong.region ?? "an unnamed region"}`;
      if (row.certain && !now.certain) return `${spot(now)} could no longer be told for certain`;
    } else if (!isSameTarget(row, now)) {
      const to = [...new Set(now.targets.map((target) => target.region))].join(" or ");
      return `${spot(row)}, which calls ${row.targets[0]?.function ?? "a function"} and is right as it is, would move to ${to}`;
    }
  }
  return null;
}

/** The same call of the same functions; lines may have moved. */
function isSameSite(one: Caller, other: Caller): boolean {
  const names = (row: Caller) => [...new Set(row.targets.map((target) => target.function))].sort().join();
  return (
    one.file === other.file &&
    one.how === other.how &&
    one.project === other.project &&
    one.symbol === other.symbol &&
    names(one) === names(other)
  );
}

function isSameTarget(one: Caller, other: Caller): boolean {
  const text = (row: Caller) => row.targets.map((target) => `${target.function}@${target.region}`).sort();
  return one.certain === other.certain && text(one).join() === text(other).join();
}

function declaredDiffer(before: Reading, after: Reading): string | null {
  const rows = ({ declared }: Reading) =>
    (declared?.functions ?? []).map(({ codebase, name, trigger, regions, certain }) =>
      [codebase, name, trigger, regions.join("+"), String(certain)].join("\0"),
    );
  const old = rows(before);
  const fresh = rows(after);
  const moved = fresh.find((row, index) => row !== old[index]) ?? (old.length === fresh.length ? null : "\0a function");
  if (moved === null || moved === undefined) return null;
  return `${moved.split("\0")[1]} would be declared differently`;
}

/** No finding that was not there before, and none of the tasks' own left. */
function findingsDiffer(before: Reading, after: Reading, tasks: readonly Task[]): string | null {
  const left = new Map<string, number>();
  for (const finding of before.report.findings) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) + 1);
  for (const { finding } of tasks) left.set(keyOf(finding), (left.get(keyOf(finding)) ?? 0) - 1);
  for (const finding of after.report.findings) {
    const count = left.get(keyOf(finding)) ?? 0;
    if (count <= 0) return `the audit would say: ${finding.message}`;
    left.set(keyOf(finding), count - 1);
  }
  return null;
}

/** Tells findings apart without lines and snippets, which edits beside them move. */
function keyOf(finding: Finding): string {
  const { rule, severity, function: name, place, actual, expected, suppressed } = finding;
  return [rule, severity, name ?? "", place?.file ?? "", actual ?? "", expected.join(), suppressed !== null].join("\0");
}
