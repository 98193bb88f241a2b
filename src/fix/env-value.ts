import { parseEnv } from "../sources/code/env-files.ts";
import { unresolvedUse } from "./other-uses.ts";
import { type Attempt, type Bench, type Proposal, spot, type Task } from "./task.ts";
import { offsetOf } from "./text-edit.ts";

/** Rewrites the region, or the region in a URL, that a committed env file gives to a variable. */
export function rewriteEnvValues(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const proposals: Proposal[] = [];
  for (const task of tasks) {
    if (task.finding.rule !== "env-region") continue;
    const outcome = proposalFor(bench, task);
    if (typeof outcome === "string") reasons.set(task, outcome);
    else proposals.push(outcome);
  }
  return { proposals, reasons };
}

function proposalFor(bench: Bench, task: Task): Proposal | string {
  const { place, actual } = task.finding;
  const text = place === null ? null : bench.project.text(place.file);
  if (place === null || text === null || actual === null) return "its line cannot be read";
  const entry = parseEnv(place.file, text).find((one) => one.place.line === place.line);
  const name = entry?.name ?? null;
  const start = offsetOf(text, place.line, entry?.place.column ?? 1);
  if (entry === undefined || name === null || start === null) return `${spot(place)} sets no variable any longer`;
  const unclear = unresolvedUse(bench, name);
  if (unclear !== null) return unclear;
  // The value is the first thing after the name; a comment behind it may name regions, too.
  const value = /^[\w.-]+[ \t]*[=:][ \t]*["'`]?(https?:\/\/)?/.exec(text.slice(start));
  let at = value === null ? null : start + value[0].length;
  // `https://name-123456.europe-west1.run.app` has its region second.
  if (at !== null && value?.[1] !== undefined && !text.startsWith(actual, at))
    at += /^[a-z0-9-]+\./.exec(text.slice(at))?.[0].length ?? 0;
  if (at === null || !text.startsWith(actual, at) || /[A-Za-z0-9]/.test(text[at + actual.length] ?? ""))
    return `${spot(place)} does not give ${actual} to ${name} as it stands`;
  return {
    tasks: [task],
    edits: [{ file: place.file, start: at, end: at + actual.length, text: task.region }],
    what: `${name}: ${actual} → ${task.region}`,
  };
}
