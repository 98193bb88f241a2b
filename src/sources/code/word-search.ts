import { type Node, visitorKeys } from "oxc-parser";

/** Finds the innermost nodes at every place of a word, looking at nothing but what leads there. */
export function wordSearch(text: string, program: Node): (word: string) => readonly Node[] {
  const known = new Map<string, readonly Node[]>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined) return before;
    const nodes = new Set<Node>();
    for (let at = word === "" ? -1 : text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
      if (isWhole(text, at, word.length)) collect(program, at, at + word.length, nodes);
    }
    const list = [...nodes];
    known.set(word, list);
    return list;
  };
}

function isWhole(text: string, at: number, length: number): boolean {
  return !isWordPart(text.charCodeAt(at - 1)) && !isWordPart(text.charCodeAt(at + length));
}

function isWordPart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}

function collect(node: Node, start: number, end: number, into: Set<Node>): void {
  let inner = false;
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, Node | readonly (Node | null)[] | null | undefined>)[key];
    if (value === null || value === undefined) continue;
    if ("type" in value) {
      if (!reaches(value, start, end)) continue;
      collect(value, start, end, into);
      inner = true;
    } else {
      for (const item of value) {
        if (item === null || !reaches(item, start, end)) continue;
        collect(item, start, end, into);
        inner = true;
      }
    }
  }
  if (!inner) into.add(node);
}

/** Decorators may stand before the start of what they decorate (`@Component() export class`). */
function reaches(node: Node, start: number, end: number): boolean {
  if (node.start <= start && node.end >= end) return true;
  if (!("decorators" in node) || !Array.isArray(node.decorators)) return false;
  return node.decorators.some((decorator) => decorator.start <= start && decorator.end >= end);
}
