import type { Node, ParseResult } from "oxc-parser";
import type { Handle } from "./lazy-shapes.ts";

/** Parses a piece of a file between two texts, so that its nodes stand where it does. */
export type ParsePiece = (start: number, end: number, before: string, after: string) => ParseResult["program"];

/** A file whose lazy tree leaves something out. */
export interface Source {
  readonly text: string;
  readonly piece: ParsePiece;
}

/** `[a, ...rest]`, `{ a, ...rest }`: the lazy tree stops before the rest; null without one. */
export function restOfPattern(source: Source, pattern: Node, items: readonly (Node | null)[]): Node | null {
  const isList = pattern.type === "ArrayPattern";
  const from = items.reduce((end, item) => Math.max(end, item?.end ?? 0), pattern.start + 1);
  const dots = restAt(source.text, from, pattern.end);
  if (dots === -1) return null;
  const end = source.text.lastIndexOf(isList ? "]" : "}", pattern.end - 1);
  return restIn(source.piece(dots, end, isList ? "([" : "({", isList ? "])=>{}" : "})=>{}"));
}

/** `(a, ...rest) => …`, `function f(a, ...rest) {`. */
export function restOfParameters(source: Source, fn: Node, handle: Handle): Node | null {
  const { text } = source;
  const body = handle.body as Handle | null;
  if (body === null) return null;
  const head = (handle.typeParameters ?? handle.id ?? null) as Handle | null;
  const last = ((handle.params as Handle).items as readonly Handle[]).at(-1);
  const from = last === undefined ? text.indexOf("(", head?.end ?? fn.start) + 1 : endOfParameter(last);
  const dots = restAt(text, from, body.start);
  if (dots === -1) return null;
  return restIn(
    fn.type === "ArrowFunctionExpression"
      ? source.piece(dots, text.lastIndexOf("=>", body.start) + 2, "(", "0")
      : source.piece(dots, body.start, "(function(", "{})"),
  );
}

/** `class A extends B implements C {`: all between the name and the body. */
export function superClassOf(source: Source, handle: Handle): Node | null {
  const { text } = source;
  const body = handle.body as Handle;
  const before = (handle.typeParameters ?? handle.id ?? null) as Handle | null;
  const from = before?.end ?? text.indexOf("class", decoratorsEnd(handle)) + "class".length;
  if (!/\bextends\b/.test(text.slice(from, body.start))) return null;
  const [statement] = source.piece(from, body.start, "(class ", "{})").body;
  if (statement?.type !== "ExpressionStatement" || statement.expression.type !== "ClassExpression") return null;
  return statement.expression.superClass;
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
