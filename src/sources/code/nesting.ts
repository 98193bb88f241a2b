import { isWordPart } from "./text.ts";

/**
 * The parser is native code with a stack of its own: source nested past some thousand levels ends the whole process,
 * and no `catch` sees it. Nobody writes half as many.
 */
export const maxNesting = 1_500;

const other = 0;
const quote = 1;
const opening = 2;
const closing = 3;
const separator = 4;
const newline = 5;
const operator = 6;
/** First letters of the words that nest: else, new, typeof, await, void, yield, delete. */
const prefix = 7;

/** What each ASCII character may be; a look-up, since every file is read by it. */
const kinds = new Uint8Array(128);
for (const [kind, characters] of [
  [quote, "\"'"],
  [opening, "([{"],
  [closing, ")]}"],
  [separator, ",;"],
  [newline, "\n"],
  [operator, "+-*/%.?:=!~&|<>^"],
  [prefix, "entavyd"],
] as const) {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (kinds[code] ?? other) : other;
}

/**
 * Upper estimate of how deep the syntax tree of a text gets, from its brackets and from chains of operators
 * (`a + a + …`, `a.b.c…`, `else if …`), which nest as well. Strings on one line are skipped; stops once past `limit`.
 */
export function nestingOf(text: string, limit: number): number {
  // Operators so far in each open bracket; a comma, a semicolon or a new statement starts anew.
  const chains: number[] = [0];
  let depth = 0;
  let deepest = 0;
  let last = other;
  for (let at = 0; at < text.length; at++) {
    const kind = kindAt(text, at);
    const top = chains.length - 1;
    switch (kind) {
      case quote:
        at = endOfString(text, at);
        break;
      case opening:
        chains.push(0);
        depth++;
        break;
      case closing:
        if (top > 0) depth -= 1 + (chains.pop() ?? 0);
        break;
      case separator:
        depth -= chains[top] ?? 0;
        chains[top] = 0;
        break;
      case newline:
        if (last !== operator && (chains[top] ?? 0) > 0 && startsStatement(text, at + 1)) {
          depth -= chains[top] ?? 0;
          chains[top] = 0;
        }
        break;
      case prefix:
        if (!isPrefixWord(text, at)) break;
        chains[top] = (chains[top] ?? 0) + 1;
        depth++;
        break;
      case operator:
        chains[top] = (chains[top] ?? 0) + 1;
        depth++;
        break;
    }
    if (depth > deepest) {
      deepest = depth;
      if (deepest > limit) return deepest;
    }
    if (text.charCodeAt(at) > 32) last = kind;
  }
  return deepest;
}

function endOfString(text: string, from: number): number {
  const mark = text.charCodeAt(from);
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 92) at++;
    else if (code === mark) return at;
    // An apostrophe in a comment or a text of JSX: no string.
    else if (code === 10) return from;
  }
  return from;
}

/** A line that cannot be the rest of the one before it. */
function startsStatement(text: string, from: number): boolean {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 9 || code === 13; code = text.charCodeAt(at)) at++;
  if (at >= text.length) return false;
  const kind = kindAt(text, at);
  return kind !== opening && kind !== operator && !text.startsWith("else", at);
}

const prefixWord = /(?:else|new|typeof|await|void|yield|delete)\b/y;

function isPrefixWord(text: string, at: number): boolean {
  if (at > 0 && isWordPart(text.charCodeAt(at - 1))) return false;
  prefixWord.lastIndex = at;
  return prefixWord.test(text);
}
