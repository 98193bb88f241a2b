import type { Node } from "oxc-parser";
import { type Module, nodesOf as walk } from "../sources/code/module.ts";

const known = new WeakMap<Module, Map<string, readonly Node[]>>();

/** Every node of a kind, in source order. Many callers of one file ask for the same, so a file is walked once for each. */
export function nodesOf<T extends Node["type"]>(module: Module, type: T): readonly Extract<Node, { type: T }>[] {
  let own = known.get(module);
  if (own === undefined) {
    own = new Map();
    known.set(module, own);
  }
  const nodes = own.get(type) ?? walk(module, type);
  own.set(type, nodes);
  return nodes as readonly Extract<Node, { type: T }>[];
}
