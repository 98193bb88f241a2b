import { asText, hole, maxText, text, type Value } from "./value.ts";

/** Text left after a string method, or null when it cannot be worked out safely. */
export function stringMethod(subject: Value, name: string, args: readonly Value[]): Value | null {
  const base = asText(subject);
  const first = args[0];
  switch (name) {
    case "toString":
    case "valueOf":
    case "normalize":
      return base;
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
  const numbers = args.map((arg) => (arg.kind === "plain" && typeof arg.value === "number" ? arg.value : null));
  const [from, to] = numbers;
  if (name === "slice" || name === "substring") {
    if (typeof from !== "number" || (args.length > 1 && typeof to !== "number")) return null;
    return text(name === "slice" ? base.text.slice(from, to ?? undefined) : base.text.substring(from, to ?? undefined));
  }
  if (name === "charAt" && typeof from === "number") return text(base.text.charAt(from));
  if (
    (name === "startsWith" || name === "endsWith" || name === "includes") &&
    first?.kind === "text" &&
    first.holes.length === 0
  ) {
    return { kind: "plain", value: base.text[name](first.text) };
  }
  return null;
}

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
  } else if (search.kind === "pattern" && isCheap(search.source, base.text)) {
    try {
      result = base.text.replace(new RegExp(search.source, search.flags), by.text);
    } catch {
      return null;
    }
  } else return null;
  // A pattern that ate or doubled an unknown part would leave the holes and their values out of step.
  if (count(result, hole) !== base.holes.length || result.length > maxText) return null;
  return text(result, base.holes);
}

/** A repository's own regular expressions run here: only such as cannot take long on a text this short. */
function isCheap(source: string, subject: string): boolean {
  const quantifiers = source.match(/[*+{]/g)?.length ?? 0;
  return subject.length <= 256 && source.length <= 100 && quantifiers <= 2 && !/\)[*+{]|\\[1-9k]/.test(source);
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
