import type { Node } from "oxc-parser";
import type { Caller } from "../model/callers.ts";
import type { Place } from "../model/place.ts";
import { placeOf, type Site } from "../sources/code/module.ts";
import { nodesOf } from "./nodes.ts";
import type { Bench } from "./task.ts";
import { offsetOf } from "./text-edit.ts";

/** The call that a row stands for; null where its file is no script, or has another call there. */
export function callAt(bench: Bench, row: Caller): Site | null {
  const calls = callsAt(bench, row).filter((site) => placeOf(site).endLine === row.endLine);
  const folded = ({ module, node }: Site) => module.text.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 200);
  const [only, ...others] = calls;
  if (only === undefined || others.length === 0) return only ?? null;
  // `make(f, "x")({ … })`: several calls start here.
  return calls.find((site) => folded(site) === row.snippet) ?? null;
}

/** Every call that starts at a place. */
export function callsAt(bench: Bench, place: Place): Site[] {
  const module = bench.project.module(place.file);
  if (module === null || "kind" in module || place.column === undefined) return [];
  const offset = offsetOf(module.text, place.line, place.column);
  const calls: Node[] = [...nodesOf(module, "CallExpression"), ...nodesOf(module, "NewExpression")];
  return calls.filter(({ start }) => start === offset).map((node) => ({ module, node }));
}
