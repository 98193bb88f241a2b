import { count } from "./layout.ts";

/** So many names say what a list is of; more of them push the rest off the screen. */
const few = 6;

/** "a, b, c, d, e, f and 37 more (--verbose)"; everything where that is asked for, or where one more is all there is. */
export function shortList(names: readonly string[], verbose: boolean): string {
  if (verbose || names.length <= few + 1) return names.join(", ");
  return `${names.slice(0, few).join(", ")} and ${names.length - few} more (--verbose)`;
}

/** What is told of one thing, or of several that are alike. */
export interface Entry {
  readonly lines: readonly string[];
  /** How many things; left out: one. */
  readonly things?: number;
  /** It is told, however many there are. */
  readonly keep: boolean;
}

/** So many entries of some lines each. */
const mostEntries = 10;

/** The lines of the first entries, and one for the others; all where that is asked for, or where one is all that is left. */
export function firstEntries(entries: readonly Entry[], noun: string, verbose: boolean): string[] {
  const loose = entries.filter(({ keep }) => !keep);
  if (verbose || loose.length <= mostEntries + 1) return entries.flatMap(({ lines }) => lines);
  const left = new Set(loose.slice(mostEntries));
  const more = [...left].reduce((sum, { things = 1 }) => sum + things, 0);
  return [
    ...entries.flatMap((entry) => (left.has(entry) ? [] : entry.lines)),
    `  and ${count(more, `more ${noun}`)} (--verbose)`,
  ];
}
