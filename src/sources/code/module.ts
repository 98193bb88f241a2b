import {
  type ArrowFunctionExpression,
  type Function as FunctionNode,
  type Node,
  type ParseResult,
  parseSync,
  visitorKeys,
} from "oxc-parser";
import type { Place } from "../../model/place.ts";
import { maxNesting, nestingOf } from "./nesting.ts";
import { type Binding, type Scope, scopesOf, type Tree } from "./scope.ts";
import { lineStarts, positionAt } from "./text.ts";

/** One parsed source file with what the evaluator asks of it. Offsets are UTF-16 units into `text`. */
export interface Module extends Tree {
  readonly file: string;
  readonly text: string;
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  readonly starts: readonly number[];
  /** Scope that each scope-making node opens. */
  readonly scopes: ReadonlyMap<Node, Scope>;
}

/** A node with the file it stands in. */
export interface Site {
  readonly module: Module;
  readonly node: Node;
}

export type ParsedModule = { readonly module: Module } | { readonly error: string; readonly line: number };

/** Parses a script. `text` may be a whole file with everything but the script blanked out. Never throws. */
export function parseModule(file: string, text: string, language: "ts" | "tsx" | "jsx"): ParsedModule {
  if (nestingOf(text, maxNesting) > maxNesting)
    return { error: `it is nested more than ${maxNesting} levels deep`, line: 1 };
  let result: ParseResult;
  const starts = lineStarts(text);
  try {
    result = parseSync(`source.${language}`, text, { lang: language, sourceType: "module", preserveParens: false });
    if (result.program.body.length === 0 && result.errors.length > 0) {
      // Scripts of old: `with`, octal literals, `await` as a name.
      const script = parseSync(`source.${language}`, text, {
        lang: language,
        sourceType: "script",
        preserveParens: false,
      });
      if (script.program.body.length > 0) result = script;
    }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), line: 1 };
  }
  const program: Node = result.program;
  const firstError = result.errors[0];
  if (result.program.body.length === 0 && firstError !== undefined) {
    return { error: firstError.message, line: positionAt(starts, firstError.labels[0]?.start ?? 0).line };
  }
  const parents = new Map<Node, Node>();
  const byType = new Map<string, Node[]>();
  index(program, parents, byType);
  const scopes = scopesOf({ program, parents, byType });
  return { module: { file, text, program, parents, byType, comments: result.comments, starts, scopes } };
}

/** Walks without recursion: generated code nests deeper than the call stack. */
function index(program: Node, parents: Map<Node, Node>, byType: Map<string, Node[]>): void {
  const stack: Node[] = [program];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const list = byType.get(node.type);
    if (list === undefined) byType.set(node.type, [node]);
    else list.push(node);
    const children = childrenOf(node);
    for (let at = children.length - 1; at >= 0; at--) {
      const child = children[at];
      if (child === undefined) continue;
      parents.set(child, node);
      stack.push(child);
    }
  }
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const key of visitorKeys[node.type] ?? []) {
    const value: unknown = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) children.push(item);
    } else if (isNode(value)) children.push(value);
  }
  return children;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

export function nodesOf<T extends Node["type"]>(module: Module, type: T): readonly Extract<Node, { type: T }>[] {
  return (module.byType.get(type) ?? []) as readonly Extract<Node, { type: T }>[];
}

/** Where a node stands, 1-based, columns in UTF-16 units. */
export function placeOf(site: Site): Place & { column: number; endLine: number } {
  const { module, node } = site;
  const { line, column } = positionAt(module.starts, node.start);
  const endLine = positionAt(module.starts, Math.max(node.start, node.end - 1)).line;
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

/** What an identifier means at a place, or null for a global. */
export function bindingAt(module: Module, node: Node, name: string): Binding | null {
  let at: Node | undefined = node;
  while (at !== undefined) {
    const scope = module.scopes.get(at);
    if (scope !== undefined) {
      for (let up: Scope | null = scope; up !== null; up = up.parent) {
        const binding = up.names.get(name);
        if (binding !== undefined) return binding;
      }
      return null;
    }
    at = module.parents.get(at);
  }
  return null;
}
