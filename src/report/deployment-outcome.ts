import type { Change, Failure, Operation, Part } from "../model/deployment.ts";
import { count } from "./layout.ts";
import { visible } from "./visible.ts";

const words: readonly (readonly [Operation, string])[] = [
  ["create", "new"],
  ["update", "changed"],
  ["replace", "made anew"],
  ["delete", "removed"],
  ["adopt", "taken over"],
  ["forget", "no longer looked after"],
];

/**
 * What a deployment has come to, a line for every region and class it touched; functions alone are counted. `classOf` is
 * asked for parts that do not say their class.
 */
export function outcomeText(
  changes: readonly Change[],
  failures: readonly Failure[],
  classOf: (name: string) => string | null,
): string {
  const rows = new Map<string, { done: Map<Operation, Set<string>>; failed: Set<string> }>();
  const rowOf = ({ function: name, region, class: own }: Part & { readonly function: string }) => {
    const key = `${region}  ${own ?? classOf(name) ?? "(no class)"}`;
    const row = rows.get(key) ?? { done: new Map<Operation, Set<string>>(), failed: new Set<string>() };
    rows.set(key, row);
    return row;
  };
  for (const { part } of failures) {
    if (part === null || part.function === null || part.region === null) continue;
    rowOf({ ...part, function: part.function }).failed.add(part.function);
  }
  for (const { part, operation } of changes) {
    if (part.kind !== "function" || part.function === null || part.region === null) continue;
    const { done, failed } = rowOf({ ...part, function: part.function });
    if (!failed.has(part.function)) done.set(operation, (done.get(operation) ?? new Set()).add(part.function));
  }
  const width = Math.max(0, ...[...rows.keys()].map((key) => key.length));
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { done, failed }]) => {
      const told = words.flatMap(([operation, word]) => {
        const many = done.get(operation)?.size ?? 0;
        return many === 0 ? [] : [`${many} ${word}`];
      });
      if (failed.size > 0) told.push(`${count(failed.size, "function")} failed`);
      return `${visible(key).padEnd(width)}  ${told.join(", ")}\n`;
    });
  return lines.length === 0 ? "" : `${lines.join("")}\n`;
}
