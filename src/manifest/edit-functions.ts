import { findCollection, insertInto } from "./edit-splices.ts";
import { type EditSource, lineStart, type Splice } from "./edit-text.ts";
import { type EditValue, writeText, writeYaml } from "./write-yaml.ts";
import { type Collection, isFlow, itemsOf, nameOf, startOfItem } from "./yaml-tokens.ts";

/** A function line to be added: shorthand (the class) or a map. */
export interface NewFunction {
  readonly name: string;
  readonly entry: EditValue;
}

/**
 * Puts new functions where the others of their class are, in the order that the file keeps there. Null where
 * `functions` is no map that is written line by line with something in it.
 */
export function splicesOfNewFunctions(source: EditSource, added: readonly NewFunction[]): Splice[] | null {
  const functions = findCollection(source, ["functions"]);
  if (functions === null || isFlow(functions)) return null;
  const existing = itemsOf(functions).map((item) => ({ name: nameOf(item) ?? "", item }));
  if (existing.length === 0) return null;
  const classes = existing.map(({ name }) => classOf(source.valueAt(["functions", name])));
  const names = existing.map(({ name }) => name);
  const runs = longestRuns(classes);
  const wholeOrder = names.length >= 3 ? orderOf(names) : null;

  const placed = added.map((one, sequence) => {
    const className = classOf(one.entry);
    const run = wholeOrder === null ? runs.get(className) : { from: 0, to: names.length };
    if (run === undefined)
      return { ...one, index: names.length, leads: false, className, order: compareFolded, sequence };
    const neighbours = names.slice(run.from, run.to);
    const order = wholeOrder ?? orderOf(neighbours);
    const first = order === null ? -1 : neighbours.findIndex((name) => order(one.name, name) < 0);
    const index = first === -1 ? run.to : run.from + first;
    return { ...one, index, leads: index === run.from, className, order, sequence };
  });
  // New functions that meet at one place: those of a class together, in the order of the place.
  const firstOfClass = new Map<string, number>();
  for (const one of placed) {
    if (!firstOfClass.has(one.className)) firstOfClass.set(one.className, one.sequence);
  }
  const rank = (one: { className: string }) => (wholeOrder === null ? (firstOfClass.get(one.className) ?? 0) : 0);
  placed.sort(
    (a, b) =>
      a.index - b.index || rank(a) - rank(b) || (a.order ?? inSequence)(a.name, b.name) || a.sequence - b.sequence,
  );

  const splices: Splice[] = [];
  for (const one of placed) {
    const line = `${writeText(one.name)}: ${writeYaml(one.entry)}`;
    // Only the first of a group has to mind the comment above it; any other goes right behind its neighbour.
    const beneath = one.leads && isHeaderAbove(source, functions, one.index);
    const splice = insertLine(source, functions, one.index, beneath, line);
    if (splice === null) return null;
    splices.push(splice);
  }
  return splices;
}

function insertLine(
  source: EditSource,
  functions: Collection,
  index: number,
  beneathHeader: boolean,
  line: string,
): Splice | null {
  const splice = insertInto(source, functions, index, line)?.[0];
  const next = itemsOf(functions)[index];
  if (splice === undefined || !beneathHeader || next === undefined) return splice ?? null;
  const at = lineStart(source.text, startOfItem(next) ?? 0);
  return { from: at, to: at, text: splice.text.trimEnd() + source.eol };
}

/** A comment set off by a blank line (or by the section's own line) heads a group: what is new comes below it. */
function isHeaderAbove(source: EditSource, functions: Collection, index: number): boolean {
  const next = itemsOf(functions)[index];
  if (next === undefined) return false;
  let at = lineStart(source.text, startOfItem(next) ?? 0);
  let comments = 0;
  while (at > 0) {
    const above = lineStart(source.text, at - 1);
    const line = source.text.slice(above, at).trim();
    if (line === "") return true;
    if (!line.startsWith("#")) return index === 0 && comments > 0;
    comments += 1;
    at = above;
  }
  return false;
}

function classOf(entry: EditValue | undefined): string {
  if (typeof entry === "string") return entry;
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return "";
  const found = (entry as Readonly<Record<string, EditValue>>).class;
  return typeof found === "string" ? found : "";
}

/** For each class the longest stretch of neighbours that belong to it. */
function longestRuns(classes: readonly string[]): Map<string, { from: number; to: number }> {
  const runs = new Map<string, { from: number; to: number }>();
  let from = 0;
  for (let to = 1; to <= classes.length; to++) {
    const name = classes[from] ?? "";
    if (to < classes.length && classes[to] === name) continue;
    const known = runs.get(name);
    if (known === undefined || to - from > known.to - known.from) runs.set(name, { from, to });
    from = to;
  }
  return runs;
}

type Order = (a: string, b: string) => number;

const compareExactly: Order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const compareFolded: Order = (a, b) => compareExactly(a.toLowerCase(), b.toLowerCase()) || compareExactly(a, b);
const inSequence: Order = () => 0;

/** The order that names keep; null where they keep none. One name keeps any. */
function orderOf(names: readonly string[]): Order | null {
  for (const order of [compareFolded, compareExactly]) {
    if (names.every((name, index) => index === 0 || order(names[index - 1] ?? "", name) <= 0)) return order;
  }
  return null;
}
