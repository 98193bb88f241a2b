import type { Caller } from "../model/callers.ts";
import type { Place } from "../model/place.ts";
import { nodesOf } from "./nodes.ts";
import { otherUseOfHolder } from "./other-uses.ts";
import { type Attempt, type Bench, type Proposal, rowsOf, spot, type Task } from "./task.ts";
import { offsetOf } from "./text-edit.ts";

/**
 * Rewrites the text in which a region is written: an argument, a constant, a URL, a queue's name. Only where every
 * caller that the text feeds is to be mended to the same region, and nothing else uses the constant.
 */
export function rewriteLiterals(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const groups = new Map<string, { place: Place; tasks: Task[] }>();
  for (const task of tasks) {
    const places = rowsOf(task, bench.reading).map((row) => row.regionPlace);
    const [place] = places;
    if (task.finding.rule === "env-region" || place === null || place === undefined) continue;
    const key = keyOf(place);
    if (places.some((one) => one === null || keyOf(one) !== key)) continue;
    const group = groups.get(key) ?? { place, tasks: [] };
    group.tasks.push(task);
    groups.set(key, group);
  }
  const proposals: Proposal[] = [];
  for (const { place, tasks: own } of groups.values()) {
    const outcome = proposalFor(bench, place, own);
    if (typeof outcome === "string") for (const task of own) reasons.set(task, outcome);
    else proposals.push(outcome);
  }
  return { proposals, reasons };
}

function keyOf({ file, line, column }: Place): string {
  return `${file}:${line}:${column ?? 0}`;
}

function proposalFor(bench: Bench, place: Place, tasks: readonly Task[]): Proposal | string {
  const [first] = tasks;
  const region = first?.region ?? "";
  const at = spot(place);
  const wishes = [...new Set(tasks.map((task) => task.region))];
  if (wishes.length > 1) return `${at} feeds callers that need different regions: ${wishes.join(", ")}`;
  const mended = new Set(tasks.flatMap((task) => task.rows));
  const rows = bench.reading.callers.callers;
  const key = keyOf(place);
  const shared = rows.findIndex(
    (row, index) => !mended.has(index) && row.regionPlace !== null && keyOf(row.regionPlace) === key,
  );
  const other = rows[shared];
  if (other !== undefined) return `the region at ${at} is also used at ${spot(other)}, for ${namesOf(other)}`;
  const text = bench.project.text(place.file);
  const offset = text === null ? null : offsetOf(text, place.line, place.column ?? 1);
  const literal = text === null || offset === null ? null : literalAt(text, offset);
  if (text === null || literal === null) return `what stands at ${at} is no plain text with a region in it`;
  const inner = text.slice(literal.start, literal.end);
  const found = [...inner.matchAll(regionsIn)].filter(([name]) => name !== region);
  const regions = new Set(
    tasks.flatMap((task) =>
      rowsOf(task, bench.reading).flatMap(({ targets }) => targets.map((target) => target.region)),
    ),
  );
  const [match, ...more] = found.filter(([name]) => regions.has(name));
  if (match === undefined || more.length > 0) return `the text at ${at} does not name the region in one place`;
  const use = useBeside(
    bench,
    place,
    offset ?? 0,
    [...mended].flatMap((index) => rows[index] ?? []),
  );
  if (use !== null) return use;
  const start = literal.start + match.index;
  return {
    tasks,
    edits: [{ file: place.file, start, end: start + match[0].length, text: region }],
    what: `${match[0]} → ${region}`,
  };
}

/** Region ids standing by themselves, or as the head of a host: `europe-west1-project.cloudfunctions.net`. */
const regionsIn = /(?<![A-Za-z0-9-])[a-z]+-[a-z]+\d{1,2}(?![A-Za-z0-9])/g;

/** What else the text would change; null where that is nothing. */
function useBeside(bench: Bench, place: Place, offset: number, fed: readonly Caller[]): string | null {
  const module = bench.project.module(place.file);
  if (module === null || "kind" in module) {
    // No script, so who else reads a constant of it cannot be told; what stands in the call itself is the call's own.
    const isOwn = fed.some((row) => row.file === place.file && row.line <= place.line && place.line <= row.endLine);
    return isOwn ? null : `who else reads the text at ${spot(place)} cannot be told in its language`;
  }
  const node = nodesOf(module, "Literal").find((one) => one.start === offset);
  return node === undefined ? null : otherUseOfHolder(bench, { module, node }, fed);
}

function namesOf(row: Caller): string {
  return [...new Set(row.targets.map((target) => target.function))].join(", ");
}

/** The inside of the quoted text that starts at an offset; null where none does. Quotes are every language's. */
function literalAt(text: string, offset: number): { start: number; end: number } | null {
  const quote = text[offset];
  if (quote !== '"' && quote !== "'" && quote !== "`") return null;
  for (let at = offset + 1; at < text.length; at++) {
    const character = text[at];
    if (character === "\\") at++;
    else if (character === quote) return { start: offset + 1, end: at };
    else if (character === "\n" && quote !== "`") return null;
  }
  return null;
}
