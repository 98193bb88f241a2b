import type { Node } from "oxc-parser";

/** Identifiers that a pattern binds. */
export function namesIn(pattern: Node): Node[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        property.type === "RestElement" ? namesIn(property.argument) : namesIn(property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : namesIn(element)));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}

/** The identifier by which a pattern binds a name. */
export function identifierIn(pattern: Node, name: string): Node | null {
  switch (pattern.type) {
    case "Identifier":
      return pattern.name === name ? pattern : null;
    case "ObjectPattern":
      return first(
        pattern.properties.map((property) =>
          identifierIn(property.type === "RestElement" ? property.argument : property.value, name),
        ),
      );
    case "ArrayPattern":
      return first(pattern.elements.map((element) => (element === null ? null : identifierIn(element, name))));
    case "AssignmentPattern":
      return identifierIn(pattern.left, name);
    default:
      return null;
  }
}

function first(nodes: readonly (Node | null)[]): Node | null {
  return nodes.find((node) => node !== null) ?? null;
}
