import { totalmem } from "node:os";
import { type Node, type ParseResult, parseSync, visitorKeys } from "oxc-parser";
import { type Field, type Handle, type Shape, shapeOf } from "./lazy-shapes.ts";

export type Language = "ts" | "tsx" | "jsx";
export type SourceType = "module" | "script";

/** The parser's result with the part that its types do not tell. */
interface LazyResult {
  readonly program: Handle;
  readonly errors: readonly { readonly message: string; readonly labels: readonly { readonly start: number }[] }[];
  readonly comments: readonly { readonly value: string; readonly start: number; readonly end: number }[];
  dispose(): void;
}

/**
 * Buffers of parsed files that are kept at a time. Each takes 6 GiB of address space, of which little is used; a process
 * that holds more than the machine has can start no other (fork fails with ENOMEM).
 */
const maxLive = Math.max(1, Math.min(3, Math.floor(totalmem() / (7 * 1024 ** 3))));
const live: LazyTree[] = [];

/**
 * One file's syntax tree, made as it is asked for: the parser leaves its result in a buffer, and a node becomes an
 * object when somebody looks at it. Nodes outlive the buffer: a file whose buffer was given up is parsed again when
 * a node that nobody has looked at yet is wanted.
 */
export class LazyTree {
  readonly text: string;
  readonly program: Node;
  readonly #language: Language;
  readonly #sourceType: SourceType;
  #result: LazyResult | null = null;
  /** Counts how often the file was parsed: handles of an earlier time are void. */
  generation = 0;

  constructor(text: string, language: Language, sourceType: SourceType) {
    this.text = text;
    this.#language = language;
    this.#sourceType = sourceType;
    const root = this.result().program;
    this.program = viewOf(this, null, null, 0, root, undefined);
  }

  result(): LazyResult {
    const known = this.#result;
    if (known !== null) {
      if (live.at(-1) !== this) live.push(...live.splice(live.indexOf(this), 1));
      return known;
    }
    while (live.length >= maxLive) live.shift()?.giveUp();
    const parsed = parseSync(`source.${this.#language}`, this.text, {
      lang: this.#language,
      sourceType: this.#sourceType,
      preserveParens: false,
      ...({ experimentalLazy: true } as object),
    }) as unknown as LazyResult;
    this.#result = parsed;
    this.generation++;
    live.push(this);
    return parsed;
  }

  giveUp(): void {
    this.#result?.dispose();
    this.#result = null;
  }

  /** Parses a piece of the text that the lazy tree leaves out, between `before` and `after`; nodes stand where it does. */
  piece(start: number, end: number, before: string, after: string): ParseResult["program"] {
    const padding = " ".repeat(Math.max(0, start - before.length));
    const source = `${padding}${before}${this.text.slice(start, end)}${after}`;
    return parseSync(`piece.${this.#language}`, source, { lang: this.#language, preserveParens: false }).program;
  }
}

const parentOfPiece = new WeakMap<Node, Node>();

/** The node around a node of a lazy tree. */
export function parentInTree(node: Node): Node | undefined {
  return node instanceof View ? ((node[upOf] as unknown as Node | null) ?? undefined) : parentOfPiece.get(node);
}

// Fields of syntax have every usual name ("value", "parent"), so the view's own go by symbols.
const upOf = Symbol("up");
const handleOf = Symbol("handle");
const readField = Symbol("read");
const searchField = Symbol("search");

/** A node in ESTree's shape; what it holds is made when it is read. Subclasses have the fields of their type. */
class View {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly #tree: LazyTree;
  readonly #shape: Shape;
  readonly #up: View | null;
  readonly #field: Field | null;
  readonly #index: number;
  #handle: Handle;
  #generation: number;
  readonly #known: unknown[];
  /** Items of lists that were found on their own, by field and index. */
  #alone: Map<number, Node> | null = null;

  constructor(tree: LazyTree, up: View | null, field: Field | null, index: number, shape: Shape, handle: Handle) {
    const { start, end } = shape.span === undefined ? handle : shape.span(handle, tree.text);
    this.type = shape.type ?? handle.type ?? "";
    this.start = start;
    this.end = end;
    this.#tree = tree;
    this.#shape = shape;
    this.#up = up;
    this.#field = field;
    this.#index = index;
    this.#handle = handle;
    this.#generation = tree.generation;
    this.#known = [];
  }

  get [upOf](): View | null {
    return this.#up;
  }

  [handleOf](): Handle {
    const result = this.#tree.result();
    if (this.#generation !== this.#tree.generation) {
      this.#handle = this.#up === null || this.#field === null ? result.program : this.#again(this.#up, this.#field);
      this.#generation = this.#tree.generation;
    }
    return this.#handle;
  }

  /** Finds the handle anew, the way it was found first. */
  #again(up: View, field: Field): Handle {
    const around = up[handleOf]();
    let handle: Handle | null | undefined = null;
    if (field.kind === "node") handle = field.of(around);
    else if (field.kind !== "copy") handle = field.of?.(around)[this.#index];
    if (handle === null || handle === undefined) throw new Error("a file gave another tree when it was parsed again");
    return shapeOf(handle, field.kind === "copy" ? undefined : field.as, this.#tree.text).of;
  }

  [readField](slot: number, field: Field): unknown {
    const known = this.#known[slot];
    if (known !== undefined) return known;
    const made = this.#make(slot, field) ?? null;
    this.#known[slot] = made;
    return made;
  }

  /** Children in a field among which is all that holds what stands at `start`, without making their neighbours. */
  [searchField](name: string, start: number): Node | readonly (Node | null)[] | null {
    const { slot, field } = slotsOf(this.#shape).get(name) ?? nowhere;
    if (field.kind === "copy") return null;
    if (field.kind !== "list" || this.#known[slot] !== undefined)
      return this[readField](slot, field) as Node | readonly (Node | null)[] | null;
    const items = field.of(this[handleOf]());
    const whole = (): readonly (Node | null)[] => this[readField](slot, field) as readonly (Node | null)[];
    if (items.length < fewItems) return whole();
    let low = 0;
    let high = items.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const item = items[middle];
      // A hole in a list says nothing of where it is.
      if (item === null || item === undefined || item.type === "Elision") return whole();
      if (item.start <= start) low = middle;
      else high = middle - 1;
    }
    // What is decorated starts after its decorators.
    const next = items[low + 1];
    const indexes = next !== null && next !== undefined && isDecorated(next) ? [low, low + 1] : [low];
    this.#alone ??= new Map();
    return indexes.flatMap((index) => {
      const item = items[index];
      return item === null || item === undefined ? [] : [this.#item(slot, index, field, item)];
    });
  }

  /** One item of a list: the same node whether it is found alone or with its neighbours. */
  #item(slot: number, index: number, field: Extract<Field, { kind: "list" | "gap" }>, handle: Handle): Node {
    const key = slot * maxItems + index;
    const known = this.#alone?.get(key);
    if (known !== undefined) return known;
    const made = viewOf(this.#tree, this, field, index, handle, field.as);
    this.#alone?.set(key, made);
    return made;
  }

  #make(slot: number, field: Field): unknown {
    const handle = this[handleOf]();
    switch (field.kind) {
      case "copy":
        return field.of(handle, this.#tree.text);
      case "node": {
        const child = field.of(handle);
        return child === null ? null : viewOf(this.#tree, this, field, 0, child, field.as);
      }
      case "list":
        return this.#items(field, field.of(handle), slot);
      case "gap":
        return field.gap === "superClass"
          ? this.#superClass(handle)
          : this.#withRest(field, field.of?.(handle) ?? [], handle, slot);
    }
  }

  #items(
    field: Extract<Field, { kind: "list" | "gap" }>,
    items: readonly (Handle | null)[],
    slot: number,
  ): (Node | null)[] {
    const views: (Node | null)[] = [];
    let index = 0;
    for (const item of items) {
      views.push(item === null || item.type === "Elision" ? null : this.#item(slot, index, field, item));
      index++;
    }
    return views;
  }

  /** `[a, ...rest]`, `{ a, ...rest }`, `(a, ...rest) => …`: the lazy tree stops before the rest. */
  #withRest(
    field: Extract<Field, { kind: "gap" }>,
    items: readonly (Handle | null)[],
    handle: Handle,
    slot: number,
  ): (Node | null)[] {
    const views = this.#items(field, items, slot);
    const piece = handle.params === undefined ? this.#restOfPattern(views) : this.#restOfParameters(handle);
    const rest = piece === null ? null : restIn(piece);
    if (rest === null) return views;
    adopt(rest, this as unknown as Node);
    return [...views, rest];
  }

  #restOfPattern(views: readonly (Node | null)[]): ParseResult["program"] | null {
    const from = views.reduce((end, view) => Math.max(end, view?.end ?? 0), this.start + 1);
    const dots = restAt(this.#tree.text, from, this.end);
    if (dots === -1) return null;
    const [open, close] = this.type === "ArrayPattern" ? ["([", "])=>{}"] : ["({", "})=>{}"];
    const end = this.#tree.text.lastIndexOf(this.type === "ArrayPattern" ? "]" : "}", this.end - 1);
    return this.#tree.piece(dots, end, open, close);
  }

  #restOfParameters(handle: Handle): ParseResult["program"] | null {
    const body = handle.body as Handle | null;
    if (body === null) return null;
    const { text } = this.#tree;
    const head = (handle.typeParameters ?? handle.id ?? null) as Handle | null;
    const last = ((handle.params as Handle).items as readonly Handle[]).at(-1);
    const from = last === undefined ? text.indexOf("(", head?.end ?? this.start) + 1 : endOfParameter(last);
    const dots = restAt(text, from, body.start);
    if (dots === -1) return null;
    return this.type === "ArrowFunctionExpression"
      ? this.#tree.piece(dots, text.lastIndexOf("=>", body.start) + 2, "(", "0")
      : this.#tree.piece(dots, body.start, "(function(", "{})");
  }

  /** `class A extends B implements C {`: all between the name and the body. */
  #superClass(handle: Handle): Node | null {
    const { text } = this.#tree;
    const body = handle.body as Handle;
    const id = handle.id as Handle | null;
    const parameters = handle.typeParameters as Handle | null;
    const from = parameters?.end ?? id?.end ?? text.indexOf("class", decoratorsEnd(handle)) + "class".length;
    const header = text.slice(from, body.start);
    if (!/\bextends\b/.test(header)) return null;
    const piece = this.#tree.piece(from, body.start, "(class ", "{})");
    const [statement] = piece.body;
    if (statement?.type !== "ExpressionStatement" || statement.expression.type !== "ClassExpression") return null;
    const parent = statement.expression.superClass;
    if (parent !== null) adopt(parent, this as unknown as Node);
    return parent;
  }
}

/** Lists shorter than this are made at once. */
const fewItems = 6;
const maxItems = 2 ** 24;

/** Decorators stand before the start of a class, and of the export of one. */
function isDecorated(handle: Handle): boolean {
  const decorated = (handle.declaration ?? handle) as Handle;
  return ((decorated.decorators as readonly unknown[] | undefined)?.length ?? 0) > 0;
}

/** A parameter's own span is counted in bytes, unlike all others. */
function endOfParameter({ pattern, typeAnnotation, initializer }: Handle): number {
  return Math.max(...[pattern, typeAnnotation, initializer].map((part) => (part as Handle | null)?.end ?? 0));
}

function decoratorsEnd(handle: Handle): number {
  const decorators = handle.decorators as readonly Handle[];
  return decorators[decorators.length - 1]?.end ?? handle.start;
}

/** Offset of a rest element after `from`; -1 without one. Commas, blanks and comments may stand before it. */
function restAt(text: string, from: number, end: number): number {
  const match = /^(?:[\s,]|\/\*[\s\S]*?\*\/|\/\/[^\n]*)*\.\.\./.exec(text.slice(from, end));
  return match === null ? -1 : from + match[0].length - 3;
}

function restIn(program: ParseResult["program"]): Node | null {
  const [statement] = program.body;
  if (statement?.type !== "ExpressionStatement") return null;
  const { expression } = statement;
  if (expression.type !== "ArrowFunctionExpression" && expression.type !== "FunctionExpression") return null;
  const [first] = expression.params;
  if (first?.type === "RestElement") return first;
  if (first?.type === "ArrayPattern") return first.elements.at(-1) ?? null;
  return first?.type === "ObjectPattern" ? (first.properties.at(-1) ?? null) : null;
}

/** Gives a piece its place in the tree. */
function adopt(node: Node, parent: Node): void {
  parentOfPiece.set(node, parent);
  for (const child of childrenOf(node)) adopt(child, node);
}

/** Children in one field among which is all that holds what stands at `start`; the caller looks which do. */
export function childrenAt(node: Node, key: string, start: number): readonly Node[] {
  const value =
    node instanceof View
      ? node[searchField](key, start)
      : (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[key];
  if (value === null || value === undefined) return [];
  if ("type" in value) return [value];
  return (value.length < fewItems ? null : around(value, start)) ?? value.filter((item) => item !== null);
}

/** The item of a list that may hold what stands at `start`, and the next, whose decorators may; null for a list with holes. */
function around(items: readonly (Node | null)[], start: number): readonly Node[] | null {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const item = items[middle];
    if (item === null || item === undefined) return null;
    if (item.start <= start) low = middle;
    else high = middle - 1;
  }
  const found = items.slice(low, low + 2);
  return found.every((item) => item !== null) ? found : null;
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

type ViewClass = new (
  tree: LazyTree,
  up: View | null,
  field: Field | null,
  index: number,
  shape: Shape,
  handle: Handle,
) => View;

const classes = new Map<Shape, ViewClass>();

interface Slot {
  readonly slot: number;
  readonly field: Field;
}

const nowhere: Slot = { slot: 0, field: { kind: "copy", of: () => null } };
const slots = new Map<Shape, ReadonlyMap<string, Slot>>();

/** Fields of a shape with their numbers. */
function slotsOf(shape: Shape): ReadonlyMap<string, Slot> {
  let known = slots.get(shape);
  if (known === undefined) {
    known = new Map(Object.entries(shape.fields).map(([name, field], slot) => [name, { slot, field }]));
    slots.set(shape, known);
  }
  return known;
}

function classOf(shape: Shape): ViewClass {
  const known = classes.get(shape);
  if (known !== undefined) return known;
  const made = class extends View {};
  for (const [name, { slot, field }] of slotsOf(shape)) {
    Object.defineProperty(made.prototype, name, {
      get(this: View) {
        return this[readField](slot, field);
      },
      enumerable: true,
    });
  }
  classes.set(shape, made);
  return made;
}

function viewOf(
  tree: LazyTree,
  up: View | null,
  field: Field | null,
  index: number,
  handle: Handle,
  as: string | undefined,
): Node {
  const { shape, of } = shapeOf(handle, as, tree.text);
  return new (classOf(shape))(tree, up, field, index, shape, of) as unknown as Node;
}
