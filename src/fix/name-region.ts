import type { Node } from "oxc-parser";
import type { Caller } from "../model/callers.ts";
import type { Place } from "../model/place.ts";
import { enclosingFunction, placeOf, type Site } from "../sources/code/module.ts";
import { callAt, callsAt } from "./call-at.ts";
import { clientOf } from "./clients.ts";
import { regionEdit } from "./new-client.ts";
import { nodesOf } from "./nodes.ts";
import { otherUseOfHolder } from "./other-uses.ts";
import { type Attempt, type Bench, type Proposal, rowsOf, spot, type Task } from "./task.ts";

/**
 * Names the region where a client is made, for clients that name none or take it from something shared. Only where
 * every caller through that client is to be mended to the same region, and nothing else uses it.
 */
export function nameRegions(bench: Bench, tasks: readonly Task[]): Attempt {
  const reasons = new Map<Task, string>();
  const groups = new Map<string, { site: Site; tasks: Set<Task> }>();
  for (const task of tasks) {
    const sites = rowsOf(task, bench.reading).map((row) => clientSite(bench, row));
    const [site] = sites;
    if (site === null || site === undefined || sites.some((one) => one === null || keyOf(one) !== keyOf(site)))
      continue;
    const group = groups.get(keyOf(site)) ?? { site, tasks: new Set() };
    group.tasks.add(task);
    groups.set(keyOf(site), group);
  }
  if (groups.size === 0) return { proposals: [], reasons };
  const users = new Map<string, number[]>();
  const lines = new Set([...groups.values()].map(({ site }) => lineOf(placeOf(site))));
  for (const [index, row] of bench.reading.callers.callers.entries()) {
    // A client that is made on another line is made at one of the places that the call's values came through.
    const isNear = [row, ...row.via].some((place) => lines.has(lineOf(place)));
    const site = isNear || row.via.length >= maxVia ? clientSite(bench, row) : null;
    if (site !== null) users.set(keyOf(site), [...(users.get(keyOf(site)) ?? []), index]);
  }
  const proposals: Proposal[] = [];
  for (const [key, { site, tasks: own }] of groups) {
    const outcome = proposalFor(bench, site, [...own], users.get(key) ?? []);
    if (typeof outcome === "string") for (const task of own) reasons.set(task, outcome);
    else proposals.push(outcome);
  }
  return { proposals, reasons };
}

/** Rows with this many places may have come through more. */
const maxVia = 12;

function lineOf({ file, line }: Place): string {
  return `${file}:${line}`;
}

function keyOf({ module, node }: Site): string {
  return `${module.file}:${node.start}:${node.end}`;
}

function proposalFor(bench: Bench, site: Site, tasks: readonly Task[], users: readonly number[]): Proposal | string {
  const at = spot(placeOf(site));
  const [region, ...others] = new Set(tasks.map((task) => task.region));
  if (region === undefined || others.length > 0) return `the client made at ${at} serves callers of different regions`;
  const rows = bench.reading.callers.callers;
  const mended = new Set(tasks.flatMap((task) => task.rows));
  const shared = users.find((index) => !mended.has(index));
  const other = shared === undefined ? undefined : rows[shared];
  if (other !== undefined) return `the client made at ${at} is also used at ${spot(other)}`;
  const use = otherUseOfHolder(
    bench,
    site,
    [...mended].flatMap((index) => rows[index] ?? []),
  );
  if (use !== null) return use;
  const edit = regionEdit(site.module, site.node, region);
  if (edit === null) return `the client made at ${at} cannot be given a region as it is written`;
  return { tasks, edits: [edit], what: `${region} for the client` };
}

/** The call that makes the client of a caller; null where it cannot be told, or the file is no script. */
function clientSite(bench: Bench, row: Caller): Site | null {
  if (row.how !== "callable") return null;
  const site = callAt(bench, row);
  const inside = site === null ? [] : parts(site);
  const through = row.via.flatMap((place) => callsAt(bench, place));
  for (const one of [...inside, ...through]) {
    const made = madeBy(bench, one);
    if (made !== null) return made;
  }
  return null;
}

/** A call's own names and calls, outermost first, less those of functions inside it. */
function parts({ module, node }: Site): Site[] {
  const around = enclosingFunction(module, node);
  const nodes: Node[] = [
    ...nodesOf(module, "CallExpression"),
    ...nodesOf(module, "MemberExpression"),
    ...nodesOf(module, "Identifier"),
  ];
  return nodes
    .filter((one) => one !== node && one.start >= node.start && one.end <= node.end)
    .filter((one) => enclosingFunction(module, one)?.start === around?.start)
    .map((one) => ({ module, node: one }));
}

function madeBy(bench: Bench, { module, node }: Site): Site | null {
  const { evaluator } = bench;
  const values = evaluator.ask(new Map(), () => evaluator.evaluate(node, { module, frame: null }));
  const [value, ...more] = values;
  if (value?.value.kind !== "call" || more.length > 0 || clientOf(bench, values) === null) return null;
  return value.value.site;
}
