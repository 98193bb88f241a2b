import type { Node } from "oxc-parser";
import type { Site } from "./module.ts";
import { type Alternative, type Engine, flatMap, one, type Scene, text, unknown } from "./value.ts";

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
      if (element === null || element === undefined || element.type === "RestElement") {
        return unknown("the rest of a list is not followed", site);
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
  // What the rest of an object holds is the object's own, apart from names nobody will ask the rest for.
  if (property.type === "RestElement") return values;
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
