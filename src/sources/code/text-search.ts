import { type Node, visitorKeys } from "oxc-parser";
import { childrenAt } from "./lazy-node.ts";
import type { Syntax } from "./syntax.ts";
import { isWordPart } from "./text.ts";

/** Finds the innermost nodes at every place of a text, looking at nothing but what leads there. */
export function textSearch(text: string, program: Node): Pick<Syntax, "nodesWith" | "nodesHolding"> {
  const known = new Map<string, readonly Node[]>();
  let words: ReadonlyMap<string, readonly number[]> | null = null;
  const search = (piece: string, whole: boolean): readonly Node[] => {
    const key = whole ? piece : `…${piece}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const nodes = new Set<Node>();
    // A file in which many words are asked for is gone through once for all of them.
    if (whole && known.size >= manyWords && /^[\w$]+$/.test(piece)) {
      words ??= wordsOf(text);
      for (const at of words.get(piece) ?? []) collect(program, at, at + piece.length, nodes);
    } else {
      for (let at = piece === "" ? -1 : text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + piece.length)) {
        if (!whole || isWhole(text, at, piece.length)) collect(program, at, at + piece.length, nodes);
      }
    }
    const list = [...nodes];
    known.set(key, list);
    return list;
  };
  return { nodesWith: (word) => search(word, true), nodesHolding: (piece) => search(piece, false) };
}

const manyWords = 200;

function wordsOf(text: string): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const { 0: word, index } of text.matchAll(/[\w$]+/g)) {
    const known = places.get(word);
    if (known === undefined) places.set(word, [index]);
    else known.push(index);
  }
  return places;
}

function isWhole(text: string, at: number, length: number): boolean {
  return !isWordPart(text.charCodeAt(at - 1)) && !isWordPart(text.charCodeAt(at + length));
}

function collect(node: Node, start: number, end: number, into: Set<Node>): void {
  let inner = false;
  for (const key of visitorKeys[node.type] ?? []) {
    for (const child of childrenAt(node, key, start)) {
      if (!reaches(child, start, end)) continue;
      collect(child, start, end, into);
      inner = true;
    }
  }
  if (!inner) into.add(node);
}

/** Decorators may stand before the start of what they decorate, and of its export (`@Component() export class`). */
function reaches(node: Node, start: number, end: number): boolean {
  if (node.start <= start && node.end >= end) return true;
  const decorated =
    (node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration") && node.declaration !== null
      ? node.declaration
      : node;
  if (!("decorators" in decorated) || !Array.isArray(decorated.decorators)) return false;
  return decorated.decorators.some((decorator) => decorator.start <= start && decorator.end >= end);
}
