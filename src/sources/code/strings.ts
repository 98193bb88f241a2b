import { asText, hole, maxText, primitive, text, type Value } from "./value.ts";

/** Text left after a string method, or null when it cannot be worked out safely. */
export function stringMethod(subject: Value, name: string, args: readonly Value[]): Value | null {
  const base = asText(subject);
  const first = args[0];
  switch (name) {
    case "toString":
    case "valueOf":
    case "normalize":
      // A number in another base, or another form of the same letters.
      return args.length === 0 ? base : null;
    case "trim":
      return text(base.text.trim(), base.holes);
    case "trimStart":
      return text(base.text.trimStart(), base.holes);
    case "trimEnd":
      return text(base.text.trimEnd(), base.holes);
    case "toLowerCase":
    case "toLocaleLowerCase":
      return text(base.text.toLowerCase(), base.holes);
    case "toUpperCase":
    case "toLocaleUpperCase":
      return text(base.text.toUpperCase(), base.holes);
    case "concat":
      return args.reduce<Value>(
        (left, right) => text(asText(left).text + asText(right).text, [...asText(left).holes, ...asText(right).holes]),
        base,
      );
    case "replace":
    case "replaceAll":
      return first === undefined ? null : replaced(base, name, first, args[1]);
    default:
      break;
  }
  if (base.holes.length > 0) return null;
  const given = args.map(primitive);
  if (!given.every((arg) => arg !== null)) return null;
  if (name === "repeat" || name === "padStart" || name === "padEnd") {
    const most = Number(given[0]?.of) * (name === "repeat" ? base.text.length : 1);
    if (!(most >= 0 && most <= maxText)) return null;
  }
  if (!plainMethods.has(name)) return null;
  const method: unknown = Reflect.get(String.prototype, name);
  if (typeof method !== "function") return null;
  const result: unknown = Reflect.apply(
    method,
    base.text,
    given.map(({ of }) => of),
  );
  if (typeof result === "string") return text(result);
  return typeof result === "number" || typeof result === "boolean" || result === undefined
    ? { kind: "plain", value: result }
    : null;
}

/** Methods that give a text, a number or a truth, and take as long as the text is. */
const plainMethods = new Set([
  "slice",
  "substring",
  "substr",
  "charAt",
  "at",
  "charCodeAt",
  "codePointAt",
  "padStart",
  "padEnd",
  "repeat",
  "startsWith",
  "endsWith",
  "includes",
  "indexOf",
  "lastIndexOf",
]);

function replaced(
  base: Extract<Value, { kind: "text" }>,
  name: "replace" | "replaceAll",
  search: Value,
  by: Value | undefined,
): Value | null {
  if (by?.kind !== "text" || by.holes.length > 0) return null;
  let result: string;
  if (search.kind === "text" && search.holes.length === 0 && search.text !== "") {
    result = name === "replace" ? base.text.replace(search.text, by.text) : base.text.replaceAll(search.text, by.text);
  } else if (search.kind === "pattern") {
    const pattern = patternFor(search, base.text);
    if (pattern === null) return null;
    result = base.text.replace(pattern, by.text);
  } else return null;
  // A pattern that ate or doubled an unknown part would leave the holes and their values out of step.
  if (count(result, hole) !== base.holes.length || result.length > maxText) return null;
  return text(result, base.holes);
}

/** A repository's own regular expression, made only where it cannot take long on a text this short; else null. */
export function patternFor(pattern: Extract<Value, { kind: "pattern" }>, subject: string): RegExp | null {
  const { source, flags } = pattern;
  if (source.length > 100 || /\)[*+{?]|\\[1-9k]/.test(source)) return null;
  const bare = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, "x").replaceAll("(?", "(");
  const repeats = bare.match(/[*+{]/g)?.length ?? 0;
  const choices = bare.match(/[?|]/g)?.length ?? 0;
  // Every repetition may try every length, and every choice both ways, from every start.
  if ((subject.length + 1) ** (repeats + 1) * 2 ** choices > 5_000_000) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** Where a text holds what is looked for, with the groups of a pattern; null where that cannot be told. */
export function findsIn(
  subject: Value,
  search: Value,
  all: boolean,
): { readonly index: number; readonly groups: readonly (string | undefined)[] }[] | null {
  const base = asText(subject);
  if (base.holes.length > 0 || base.text.includes(hole)) return null;
  if (search.kind === "text" && search.holes.length === 0 && search.text !== "") {
    const finds: { index: number; groups: string[] }[] = [];
    for (
      let at = base.text.indexOf(search.text);
      at !== -1;
      at = base.text.indexOf(search.text, at + search.text.length)
    ) {
      finds.push({ index: at, groups: [search.text] });
      if (!all) break;
    }
    return finds;
  }
  const pattern = search.kind === "pattern" ? patternFor(search, base.text) : null;
  if (pattern === null) return null;
  const matches = pattern.global ? [...base.text.matchAll(pattern)] : [pattern.exec(base.text)];
  return matches.flatMap((match) => (match === null ? [] : [{ index: match.index, groups: [...match] }]));
}

function count(subject: string, part: string): number {
  return subject.split(part).length - 1;
}

/** `new URL(path, base)` as far as it is text: an absolute path replaces the path of the base. */
export function urlFrom(path: Value, base: Value): Value {
  const [given, from] = [asText(path), asText(base)];
  if (/^[a-z]+:\/\//i.test(given.text)) return given;
  if (given.text.startsWith(hole)) return text(from.text + given.text, [...from.holes, ...given.holes]);
  const host = /^[a-z]+:\/\/[^/?#]*/i.exec(from.text)?.[0] ?? null;
  if (host === null) return text(from.text + given.text, [...from.holes, ...given.holes]);
  const kept = given.text.startsWith("/") ? host : from.text.replace(/[?#].*$/s, "").replace(/[^/]*$/, "");
  const head = kept.length < host.length ? `${host}/` : kept;
  const tail = given.text.startsWith("/") || head.endsWith("/") ? given.text : `/${given.text}`;
  return text(head + tail, [...from.holes.slice(0, count(head, hole)), ...given.holes]);
}
