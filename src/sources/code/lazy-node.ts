import type { Node } from "oxc-parser";
import { childrenOf } from "./children.ts";
import { restOfParameters, restOfPattern, type Source, superClassOf } from "./lazy-gaps.ts";
import { type Field, type Handle, type Shape, shapeOf } from "./lazy-shapes.ts";

/** The tree that a node belongs to, as far as its nodes need it. */
export interface Holder extends Source {
  /** Counts how often the file was parsed: handles of an earlier time are void. */
  readonly generation: number;
  result(): { readonly program: Handle };
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
  readonly #tree: Holder;
  readonly #shape: Shape;
  readonly #up: View | null;
  readonly #field: Field | null;
  readonly #index: number;
  #handle: Handle;
  #generation: number;
  readonly #known: unknown[];
  /** Items of lists that were found on their own, by field and index. */
  #alone: Map<number, Node> | null = null;

  constructor(tree: Holder, up: View | null, field: Field | null, index: number, shape: Shape, handle: Handle) {
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
          ? this.#given(superClassOf(this.#tree, handle))
          : this.#withRest(field, handle, slot);
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

  #withRest(field: Extract<Field, { kind: "gap" }>, handle: Handle, slot: number): (Node | null)[] {
    const items = this.#items(field, field.of?.(handle) ?? [], slot);
    const self = this as unknown as Node;
    const rest = this.#given(
      handle.params === undefined ? restOfPattern(this.#tree, self, items) : restOfParameters(this.#tree, self, handle),
    );
    return rest === null ? items : [...items, rest];
  }

  /** What the lazy tree leaves out, in its place. */
  #given<T extends Node | null>(node: T): T {
    if (node !== null) adopt(node, this as unknown as Node);
    return node;
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

type ViewClass = new (
  tree: Holder,
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

export function viewOf(
  tree: Holder,
  up: View | null,
  field: Field | null,
  index: number,
  handle: Handle,
  as: string | undefined,
): Node {
  const { shape, of } = shapeOf(handle, as, tree.text);
  return new (classOf(shape))(tree, up, field, index, shape, of) as unknown as Node;
}
