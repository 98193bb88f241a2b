import type { Node } from "oxc-parser";
import { collectionMethod } from "./collections.ts";
import type { Site } from "./module.ts";
import {
  type Alternative,
  type Argument,
  absent,
  type Engine,
  flatMap,
  one,
  type Scene,
  text,
  unknown,
} from "./value.ts";

/** What `identifier`, somewhere in `pattern`, takes out of `values`. */
export function readPattern(
  engine: Engine,
  pattern: Node,
  identifier: Node,
  values: readonly Alternative[],
  scene: Scene,
): readonly Alternative[] {
  const site: Site = { module: scene.module, node: identifier };
  const holds = (node: Node): boolean => identifier.start >= node.start && identifier.end <= node.end;
  switch (pattern.type) {
    case "Identifier":
      return values;
    case "AssignmentPattern": {
      const filled = values.flatMap((alternative): readonly Alternative[] => {
        if (alternative.value.kind === "plain" && alternative.value.value === undefined)
          return engine.evaluate(pattern.right, scene);
        if (alternative.value.kind === "unknown" && alternative.value.env !== null) {
          const { env } = alternative.value;
          return engine.evaluate(pattern.right, scene).map((other) => ({
            ...other,
            when: [...other.when, { key: `env ${env}`, holds: false, text: `${env} unset` }],
            env: { name: env, use: "fallback" as const },
            sure: false,
          }));
        }
        return [alternative];
      });
      return readPattern(engine, pattern.left, identifier, filled, scene);
    }
    case "ObjectPattern":
      return objectPattern(engine, pattern, identifier, values, scene);
    case "ArrayPattern": {
      const index = pattern.elements.findIndex((element) => element !== null && holds(element));
      const element = pattern.elements[index];
      if (element === null || element === undefined) return unknown("the pattern cannot be followed", site);
      if (element.type === "RestElement") {
        const from: Argument = { spread: false, values: () => one({ kind: "plain", value: index }, site) };
        const rest = flatMap(
          values,
          (value) =>
            collectionMethod(engine, value, "slice", [from], site) ??
            unknown("the rest of a list is not followed", site),
        );
        return readPattern(engine, element.argument, identifier, rest, scene);
      }
      const items = flatMap(values, (value) => engine.member(value, String(index), site));
      return readPattern(engine, element, identifier, items, scene);
    }
    default:
      return unknown("the pattern cannot be followed", site);
  }
}

function objectPattern(
  engine: Engine,
  pattern: Extract<Node, { type: "ObjectPattern" }>,
  identifier: Node,
  values: readonly Alternative[],
  scene: Scene,
): readonly Alternative[] {
  const site: Site = { module: scene.module, node: identifier };
  const property = pattern.properties.find((inner) => identifier.start >= inner.start && identifier.end <= inner.end);
  if (property === undefined) return unknown("the pattern cannot be followed", site);
  if (property.type === "RestElement") return values.map((alternative) => restOf(alternative, pattern));
  let names: readonly Alternative[];
  if (property.computed) names = engine.evaluate(property.key, scene);
  else if (property.key.type === "Identifier") names = one(text(property.key.name), site);
  else names = engine.evaluate(property.key, scene);
  const members = flatMap(names, (name) =>
    name.kind === "text" && name.holes.length === 0
      ? flatMap(values, (value) => engine.member(value, name.text, site))
      : unknown("the key is only known when the program runs", site),
  );
  return readPattern(engine, property.value, identifier, members, scene);
}

/** `{ region, ...rest }`: the rest has all but what is named beside it. */
function restOf(alternative: Alternative, pattern: Extract<Node, { type: "ObjectPattern" }>): Alternative {
  const { value } = alternative;
  if (value.kind !== "object" && value.kind !== "record" && value.kind !== "data") return alternative;
  const gone: Argument = { spread: false, values: () => one(absent, null) };
  const members = new Map<string, Argument>();
  for (const property of pattern.properties) {
    if (property.type === "RestElement" || property.computed) continue;
    const { key } = property;
    if (key.type === "Identifier") members.set(key.name, gone);
    else if (key.type === "Literal" && typeof key.value === "string") members.set(key.value, gone);
  }
  const all: Argument = { spread: true, values: () => [alternative] };
  return { ...alternative, value: { kind: "record", members, spreads: [all] } };
}
