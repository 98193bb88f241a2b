import type { ArrowFunctionExpression, Function as FunctionNode, Node } from "oxc-parser";
import type { Place } from "../../model/place.ts";
import { childrenOf } from "./children.ts";
import type { Language } from "./lazy-tree.ts";
import { maxNesting, nestingOf } from "./nesting.ts";
import { parseText } from "./parse.ts";
import { type Binding, type Bindings, bindingIn, bindingsOf } from "./scope.ts";
import type { Syntax } from "./syntax.ts";
import { lineStarts, positionAt } from "./text.ts";

/** One parsed source file with what the evaluator asks of it. Offsets are UTF-16 units into `text`. */
export interface Module extends Syntax {
  readonly file: string;
  readonly text: string;
}

/** A node with the file it stands in. */
export interface Site {
  readonly module: Module;
  readonly node: Node;
}

export type ParsedModule = { readonly module: Module } | { readonly error: string; readonly line: number };

/** Parses a script. `text` may be a whole file with everything but the script blanked out. Never throws. */
export function parseModule(file: string, text: string, language: Language): ParsedModule {
  if (nestingOf(text, maxNesting) > maxNesting)
    return { error: `it is nested more than ${maxNesting} levels deep`, line: 1 };
  try {
    const parsed = parseText(text, language);
    if ("error" in parsed) return { error: parsed.error, line: positionAt(lineStarts(text), parsed.offset).line };
    return { module: { file, text, ...parsed } };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), line: 1 };
  }
}

export type Named = Extract<Node, { type: "Identifier" | "JSXIdentifier" | "PrivateIdentifier" }>;

/** Identifiers of a name, in source order: variables, members, keys, JSX names, and private names without their "#". */
export function identifiersNamed(module: Syntax, name: string): readonly Named[] {
  return module
    .nodesWith(name)
    .filter(
      (node): node is Named =>
        (node.type === "Identifier" || node.type === "JSXIdentifier" || node.type === "PrivateIdentifier") &&
        node.name === name,
    );
}

export function inOrder<T extends Node>(nodes: Iterable<T>): readonly T[] {
  return [...nodes].sort((one, other) => one.start - other.start);
}

/** Every node of a kind, in source order. Looks at the whole file: where a word is known, `identifiersNamed` is quicker. */
export function nodesOf<T extends Node["type"]>(module: Module, type: T): readonly Extract<Node, { type: T }>[] {
  const nodes: Extract<Node, { type: T }>[] = [];
  // Without recursion: generated code nests deeper than the call stack.
  const stack: Node[] = [module.program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === type) nodes.push(node as Extract<Node, { type: T }>);
    for (const child of childrenOf(node).reverse()) stack.push(child);
  }
  return nodes;
}

const starts = new WeakMap<Module, readonly number[]>();

/** 1-based line and column (UTF-16 units) of an offset in a file. */
export function positionIn(module: Module, offset: number): { line: number; column: number } {
  let known = starts.get(module);
  if (known === undefined) {
    known = lineStarts(module.text);
    starts.set(module, known);
  }
  return positionAt(known, offset);
}

/** Where a node stands, 1-based, columns in UTF-16 units. */
export function placeOf(site: Site): Place & { column: number; endLine: number } {
  const { module, node } = site;
  const { line, column } = positionIn(module, node.start);
  const endLine = positionIn(module, Math.max(node.start, node.end - 1)).line;
  return { file: module.file, line, column, endLine };
}

export function isFunction(node: Node): node is FunctionNode | ArrowFunctionExpression {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

/** The function around a node, or null at the top of the file. */
export function enclosingFunction(module: Module, node: Node): Node | null {
  for (let at = module.parents.get(node); at !== undefined; at = module.parents.get(at)) {
    if (isFunction(at)) return at;
  }
  return null;
}

const bindings = new WeakMap<Module, Map<string, Bindings>>();

/** What an identifier means at a place, or null for a global. */
export function bindingAt(module: Module, node: Node, name: string): Binding | null {
  let known = bindings.get(module);
  if (known === undefined) {
    known = new Map();
    bindings.set(module, known);
  }
  let named = known.get(name);
  if (named === undefined) {
    named = bindingsOf(module, name);
    known.set(name, named);
  }
  return bindingIn(module, named, node);
}
