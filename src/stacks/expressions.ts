/** What a parameter is worth once it is resolved. */
export type ParamValue = string | number | boolean | readonly string[];

export type Evaluated =
  | { readonly kind: "value"; readonly value: ParamValue }
  | { readonly kind: "problem"; readonly reason: string };

/**
 * Texts of a discovered manifest may hold expressions of the SDK ("{{ params.SIZE }}", comparisons and choices of the
 * Common Expression Language). A text that is one expression has its value and type; one inside other text is set in.
 */
export function evaluateText(text: string, params: ReadonlyMap<string, ParamValue>): Evaluated {
  const whole = /^\{\{(.*)\}\}$/s.exec(text)?.[1];
  try {
    if (whole !== undefined && !whole.includes("{{")) {
      return { kind: "value", value: evaluate(whole, params) };
    }
    const value = text.replaceAll(/\{\{(.*?)\}\}/gs, (_, inner: string) => String(evaluate(inner, params)));
    return { kind: "value", value };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "problem", reason: error.message };
    throw error;
  }
}

class Unreadable extends Error {}

const tokens =
  /\s*(?:(params\.[A-Za-z_]\w*)|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|(true|false)\b|(==|!=|>=|<=|[<>?:[\],]))/y;

interface Token {
  readonly kind: "param" | "literal" | "sign";
  readonly text: string;
}

function evaluate(text: string, params: ReadonlyMap<string, ParamValue>): ParamValue {
  const list = tokensOf(text);
  let at = 0;
  const next = (): string | null => list[at]?.text ?? null;
  const expect = (sign: string): void => {
    if (next() !== sign) throw new Unreadable(`the expression ${text.trim()} lacks a "${sign}"`);
    at++;
  };
  const primary = (): ParamValue => {
    const token = list[at++];
    if (token === undefined) throw new Unreadable(`the expression ${text.trim()} ends too early`);
    if (token.kind === "param") {
      const name = token.text.slice("params.".length);
      const value = params.get(name);
      if (value === undefined) throw new Unreadable(`the parameter ${name} has no value`);
      return value;
    }
    if (token.kind === "literal") return JSON.parse(token.text);
    if (token.text !== "[") throw new Unreadable(`the expression ${text.trim()} has a "${token.text}" out of place`);
    const items: string[] = [];
    while (next() !== "]") {
      items.push(String(primary()));
      if (next() === ",") at++;
      else break;
    }
    expect("]");
    return items;
  };
  const comparison = (): ParamValue => {
    const left = primary();
    const sign = next();
    if (sign === null || !/^(?:[=!]=|[<>]=?)$/.test(sign)) return left;
    at++;
    return compare(sign, left, primary());
  };
  const choice = (): ParamValue => {
    const condition = comparison();
    if (next() !== "?") return condition;
    at++;
    const yes = choice();
    expect(":");
    const no = choice();
    return condition === true ? yes : no;
  };
  const value = choice();
  if (at < list.length) throw new Unreadable(`the expression ${text.trim()} is of a form that is not known here`);
  return value;
}

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  tokens.lastIndex = 0;
  while (tokens.lastIndex < end) {
    const match = tokens.exec(text);
    if (match === null) throw new Unreadable(`the expression ${text.trim()} is of a form that is not known here`);
    const [, param, quoted, number, truth, sign] = match;
    const literal = quoted ?? number ?? truth;
    if (param !== undefined) found.push({ kind: "param", text: param });
    else if (literal !== undefined) found.push({ kind: "literal", text: literal });
    else found.push({ kind: "sign", text: sign ?? "" });
  }
  return found;
}

function compare(sign: string, left: ParamValue, right: ParamValue): boolean {
  const same = Array.isArray(left)
    ? Array.isArray(right) && [...left].sort().join("\0") === [...right].sort().join("\0")
    : left === right;
  if (sign === "==") return same;
  if (sign === "!=") return !same;
  if (sign === ">=") return left >= right;
  if (sign === "<=") return left <= right;
  return sign === ">" ? left > right : left < right;
}
