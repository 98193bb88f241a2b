import type { Node } from "oxc-parser";
import { keysOf } from "./collections.ts";
import type { Site } from "./module.ts";
import {
  type Alternative,
  concat,
  type Engine,
  flatMap,
  isItself,
  isMissing,
  maxText,
  one,
  type Primitive,
  primitive,
  type Scene,
  truthOf,
  unknown,
  type Value,
} from "./value.ts";

/** Reason of a value that exists only where the program runs; such a value is always set there. */
export const givenReason = "the platform sets it when the program runs";

/** What `left operator right` gives. */
export function joined(
  engine: Engine,
  operator: string,
  left: Node,
  right: Node,
  scene: Scene,
  site: Site,
): readonly Alternative[] {
  const lefts = engine.evaluate(left, scene);
  if (operator === "||" || operator === "??") {
    return lefts.flatMap((alternative) => orElse(alternative, operator, () => engine.evaluate(right, scene), site));
  }
  if (operator === "&&") return lefts.flatMap((alternative) => andThen(engine, alternative, right, scene, site));
  const rights = engine.evaluate(right, scene);
  if (operator === "+") {
    const sums = flatMap(lefts, (a) =>
      flatMap(rights, (b) => {
        if (a.kind !== "plain" || b.kind !== "plain") return bounded(concat(a, b), site);
        const sum = computed("+", a.value, b.value);
        return sum === null ? unknown("it is no number", site) : one(sum, site);
      }),
    );
    return assembled(sums, site);
  }
  if (operator === "===" || operator === "==" || operator === "!==" || operator === "!=") {
    const { equal, sure } = sameValue(lefts, rights, operator.length === 2);
    const answer =
      equal === null
        ? unknown("its condition is not known before it runs", site, envIn(lefts, rights))
        : one({ kind: "plain", value: operator.startsWith("=") ? equal : !equal }, site);
    return answer.map((alternative) => ({ ...alternative, sure }));
  }
  return flatMap(lefts, (a) =>
    flatMap(rights, (b) => {
      if (operator === "in") return isIn(engine, a, b, site);
      const [first, second] = [primitive(a), primitive(b)];
      const result = first === null || second === null ? null : computed(operator, first.of, second.of);
      if (result !== null) return one(result, site);
      return unknown(`"${operator}" is only known when the program runs`, site, envIn(lefts, rights));
    }),
  );
}

function envIn(...sides: readonly (readonly Alternative[])[]): string | null {
  for (const { value } of sides.flat()) if (value.kind === "unknown" && value.env !== null) return value.env;
  return null;
}

/** Arithmetic and comparison of constants, as the language does them; null for what is left to the program. */
function computed(operator: string, a: Primitive, b: Primitive): Value | null {
  if (typeof a === "bigint" || typeof b === "bigint") return null;
  if (typeof a === "string" && typeof b === "string" && /^[<>]=?$/.test(operator)) {
    const order = a < b ? -1 : a > b ? 1 : 0;
    return { kind: "plain", value: ordered(operator, order) };
  }
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case "+":
      return { kind: "plain", value: x + y };
    case "-":
      return { kind: "plain", value: x - y };
    case "*":
      return { kind: "plain", value: x * y };
    case "/":
      return { kind: "plain", value: x / y };
    case "%":
      return { kind: "plain", value: x % y };
    case "<":
      return { kind: "plain", value: x < y };
    case "<=":
      return { kind: "plain", value: x <= y };
    case ">":
      return { kind: "plain", value: x > y };
    case ">=":
      return { kind: "plain", value: x >= y };
    default:
      return null;
  }
}

function ordered(operator: string, order: number): boolean {
  if (order === 0) return operator.endsWith("=");
  return operator.startsWith("<") ? order < 0 : order > 0;
}

/** `"key" in object`, where all keys of the object are known. */
function isIn(engine: Engine, key: Value, object: Value, site: Site): readonly Alternative[] {
  const name = primitive(key);
  const keys =
    object.kind === "object" || object.kind === "record" || object.kind === "data" ? keysOf(engine, object) : null;
  if (name === null || keys === null) return unknown("its condition is not known before it runs", site);
  return one({ kind: "plain", value: keys.includes(String(name.of)) }, site);
}

/** `left && right`: where left decides and nobody knows what it is, all that is known of it is that it is falsy. */
function andThen(engine: Engine, left: Alternative, right: Node, scene: Scene, site: Site): readonly Alternative[] {
  if (isItself(left.value)) return engine.evaluate(right, scene);
  const truth = truthOf(left.value);
  if (truth === false) return [left];
  const rights = flatMap([left], () => engine.evaluate(right, scene));
  if (truth === true) return rights;
  const key = `${site.module.file}:${site.node.start}`;
  const env = left.value.kind === "unknown" ? left.value.env : null;
  const reason = "its condition is not known before it runs";
  const falsy: Alternative = { ...left, value: { kind: "unknown", reason, site, env, falsy: true } };
  const wording = worded(site);
  return [
    { ...falsy, when: [...left.when, { key, holds: false, text: `not (${wording})` }] },
    ...rights.map((other) => ({ ...other, when: [...other.when, { key, holds: true, text: wording }] })),
  ];
}

function worded({ module, node }: Site): string {
  return module.text.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 80);
}

function orElse(
  alternative: Alternative,
  operator: "||" | "??",
  right: () => readonly Alternative[],
  site: Site,
): readonly Alternative[] {
  const { value } = alternative;
  if (isItself(value)) return right();
  const given = value.kind === "text" && value.holes[0]?.kind === "unknown" && value.holes[0].reason === givenReason;
  const taken = given
    ? true
    : operator === "||"
      ? truthOf(value)
      : isMissing(value)
        ? false
        : value.kind === "unknown" || isTerm(value)
          ? null
          : true;
  if (taken === true) return [alternative];
  const others = right();
  if (taken === false) {
    const fallback = alternative.env?.use === "fallback" ? alternative.env : null;
    return others.map((other) => ({
      ...other,
      env: other.env ?? fallback,
      when: fallback === null ? other.when : [...alternative.when, ...other.when],
      sure: other.sure && alternative.sure,
    }));
  }
  if (value.kind === "unknown" && value.env !== null) {
    const { env } = value;
    return others.map((other) => ({
      ...other,
      when: [...other.when, { key: `env ${env}`, holds: false, text: `${env} unset` }],
      env: other.env?.use === "committed" ? other.env : { name: env, use: "fallback" as const },
      via: [site, ...other.via],
      sure: false,
    }));
  }
  return [
    alternative,
    ...others.map((other) => ({
      ...other,
      when: [
        ...other.when,
        { key: `${site.module.file}:${site.node.start}`, holds: false, text: `the fallback of ${worded(site)}` },
      ],
    })),
  ];
}

/** Written where the text is put together, unless a variable of the build gave it: then in its file. */
export function assembled(parts: readonly Alternative[], site: Site): readonly Alternative[] {
  return parts.map((part) => ({ ...part, written: part.env?.use === "committed" ? part.written : site }));
}

export function bounded(value: Value, site: Site): readonly Alternative[] {
  if (value.kind === "text" && value.text.length > maxText)
    return unknown(`the text grows past ${maxText} characters`, site);
  return one(value, null);
}

function isTerm(value: Value): boolean {
  return (
    value.kind === "parameter" ||
    value.kind === "member" ||
    value.kind === "call" ||
    value.kind === "global" ||
    (value.kind === "external" && value.name !== "*")
  );
}

/** true or false when every pairing agrees and is known; null otherwise. In doubt where one of the sides is. */
function sameValue(
  lefts: readonly Alternative[],
  rights: readonly Alternative[],
  loose: boolean,
): { readonly equal: boolean | null; readonly sure: boolean } {
  const results = new Set<boolean | null>();
  for (const left of lefts) {
    for (const right of rights) {
      if (isLocalHost(left.value, right.value) || isLocalHost(right.value, left.value)) results.add(false);
      else results.add(equalValues(left.value, right.value, loose));
    }
  }
  const [only = null] = results;
  return { equal: results.size === 1 ? only : null, sure: [...lefts, ...rights].every((side) => side.sure) };
}

function equalValues(left: Value, right: Value, loose: boolean): boolean | null {
  const [a, b] = [primitive(left), primitive(right)];
  if (a === null || b === null) {
    // What is made anew is neither a text nor nothing.
    const [known, other] = a === null ? [b, left] : [a, right];
    return known !== null && isObject(other) && (!loose || known.of === null || known.of === undefined) ? false : null;
  }
  // biome-ignore lint/suspicious/noDoubleEquals: the program that is read compares this way
  return loose ? a.of == b.of : a.of === b.of;
}

function isObject({ kind }: Value): boolean {
  return kind === "object" || kind === "record" || kind === "list" || kind === "function" || kind === "class";
}

/** `location.hostname === "localhost"`: what is asked here is what the code does where customers are. */
function isLocalHost(place: Value, host: Value): boolean {
  if (place.kind !== "member" || (place.name !== "hostname" && place.name !== "host")) return false;
  const { object } = place;
  const location =
    (object.kind === "global" && object.name === "location") ||
    (object.kind === "member" && object.name === "location" && object.object.kind === "global");
  return (
    location && host.kind === "text" && /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?)(?::\d+)?$/.test(host.text)
  );
}

/** What `typeof` says; null where it cannot be told. */
function typeOf(value: Value): string | null {
  switch (value.kind) {
    case "text":
      return "string";
    case "plain":
      return value.value === null ? "object" : typeof value.value;
    case "function":
    case "class":
      return "function";
    case "object":
    case "record":
    case "list":
    case "map":
    case "data":
    case "instance":
    case "enum":
    case "module":
    case "pattern":
      return "object";
    default:
      return null;
  }
}

/** `-x`, `+x`, `~x`, `typeof x` of a constant; null where it cannot be told. */
export function unary(operator: string, value: Value): Value | null {
  if (operator === "typeof") {
    const name = typeOf(value);
    return name === null ? null : { kind: "text", text: name, holes: [] };
  }
  const known = primitive(value);
  if (known === null || typeof known.of === "bigint") return null;
  const number = Number(known.of);
  if (operator === "-") return { kind: "plain", value: -number };
  if (operator === "+") return { kind: "plain", value: number };
  return operator === "~" ? { kind: "plain", value: ~number } : null;
}
