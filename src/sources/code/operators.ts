import type { Node } from "oxc-parser";
import type { Site } from "./module.ts";
import {
  type Alternative,
  concat,
  type Engine,
  flatMap,
  hole,
  isMissing,
  maxText,
  one,
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
  if (operator === "+") {
    const rights = engine.evaluate(right, scene);
    const sums = flatMap(lefts, (a) =>
      flatMap(rights, (b) => {
        if (a.kind === "plain" && b.kind === "plain" && typeof a.value === "number" && typeof b.value === "number") {
          return one({ kind: "plain", value: a.value + b.value }, site);
        }
        return bounded(concat(a, b), site);
      }),
    );
    return assembled(sums, site);
  }
  if (operator === "||" || operator === "??") {
    return lefts.flatMap((alternative) => orElse(alternative, operator, () => engine.evaluate(right, scene), site));
  }
  if (operator === "&&") {
    return lefts.flatMap((alternative) => {
      const truth = truthOf(alternative.value);
      if (truth === false) return [alternative];
      return engine.evaluate(right, scene);
    });
  }
  if (operator === "===" || operator === "==" || operator === "!==" || operator === "!=") {
    const rights = engine.evaluate(right, scene);
    const equal = sameValue(lefts, rights);
    const env = [...lefts, ...rights]
      .map(({ value }) => (value.kind === "unknown" ? value.env : null))
      .find((name) => name !== null);
    if (equal === null) return unknown("its condition is not known before it runs", site, env ?? null);
    return one({ kind: "plain", value: operator.startsWith("=") ? equal : !equal }, site);
  }
  return unknown(`"${operator}" is only known when the program runs`, site);
}

function orElse(
  alternative: Alternative,
  operator: "||" | "??",
  right: () => readonly Alternative[],
  site: Site,
): readonly Alternative[] {
  const { value } = alternative;
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
  const wording = site.module.text.slice(site.node.start, site.node.end).replace(/\s+/g, " ").slice(0, 80);
  return [
    alternative,
    ...others.map((other) => ({
      ...other,
      when: [
        ...other.when,
        { key: `${site.module.file}:${site.node.start}`, holds: false, text: `the fallback of ${wording}` },
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
  return value.kind === "parameter" || value.kind === "member" || value.kind === "call" || value.kind === "global";
}

/** true or false when every pairing agrees and is known; null otherwise. */
function sameValue(lefts: readonly Alternative[], rights: readonly Alternative[]): boolean | null {
  const results = new Set<boolean | null>();
  for (const left of lefts) {
    for (const right of rights) {
      const [a, b] = [primitive(left.value), primitive(right.value)];
      if (isLocalHost(left.value, right.value) || isLocalHost(right.value, left.value)) results.add(false);
      else results.add(a === null || b === null || !left.sure || !right.sure ? null : a.of === b.of);
    }
  }
  const [only] = results;
  return results.size === 1 && only !== undefined ? only : null;
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

function primitive(value: Value): { of: unknown } | null {
  if (value.kind === "text") return value.text.includes(hole) ? null : { of: value.text };
  return value.kind === "plain" ? { of: value.value } : null;
}
