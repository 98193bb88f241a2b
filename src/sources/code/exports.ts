import type { Node } from "oxc-parser";
import { type Module, nodesOf } from "./module.ts";

/** What a module exports under one name: a local name, an expression, or something of another module. */
export type Export =
  | { readonly kind: "local"; readonly name: string; readonly node: Node }
  | { readonly kind: "value"; readonly node: Node }
  | { readonly kind: "from"; readonly source: string; readonly name: string; readonly node: Node };

export interface Exports {
  readonly named: ReadonlyMap<string, Export>;
  /** `export * from`, in order. */
  readonly stars: readonly { readonly source: string; readonly node: Node }[];
  /** `module.exports = …` or `export = …`. */
  readonly whole: Node | null;
  /** An export is made under a name only running the code tells (`exports[name] = …`); null when none. */
  readonly dynamic: readonly Node[];
}

/** Reads the exports of a module, ES and CommonJS, without evaluating anything. */
export function exportsOf(module: Module): Exports {
  const named = new Map<string, Export>();
  const stars: { source: string; node: Node }[] = [];
  const dynamic: Node[] = [];
  let whole: Node | null = null;
  for (const node of nodesOf(module, "ExportNamedDeclaration")) {
    if (node.exportKind === "type") continue;
    for (const specifier of node.specifiers) {
      const exported = nameOf(specifier.exported);
      const local = nameOf(specifier.local);
      if (exported === null || local === null || specifier.exportKind === "type") continue;
      if (node.source === null) named.set(exported, { kind: "local", name: local, node: specifier });
      else named.set(exported, { kind: "from", source: node.source.value, name: local, node: specifier });
    }
    const declaration = node.declaration;
    if (declaration === null) continue;
    if (declaration.type === "VariableDeclaration") {
      for (const declarator of declaration.declarations) {
        for (const name of patternNames(declarator.id)) named.set(name, { kind: "local", name, node: declarator });
      }
    } else if ("id" in declaration && declaration.id?.type === "Identifier") {
      if (declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration") continue;
      named.set(declaration.id.name, { kind: "local", name: declaration.id.name, node: declaration });
    }
  }
  for (const node of nodesOf(module, "ExportDefaultDeclaration")) {
    named.set("default", { kind: "value", node: node.declaration });
  }
  for (const node of nodesOf(module, "ExportAllDeclaration")) {
    if (node.exportKind === "type") continue;
    const name = node.exported === null ? null : nameOf(node.exported);
    if (name === null) stars.push({ source: node.source.value, node });
    else named.set(name, { kind: "from", source: node.source.value, name: "*", node });
  }
  for (const node of nodesOf(module, "TSExportAssignment")) whole = node.expression;
  for (const node of nodesOf(module, "AssignmentExpression")) {
    const { left } = node;
    if (left.type !== "MemberExpression") continue;
    if (isModuleExports(left)) {
      // `module.exports = exports = …` means what stands at the end.
      let right: Node = node.right;
      while (right.type === "AssignmentExpression") right = right.right;
      whole = right;
    } else if (isExports(left.object)) {
      if (!left.computed && left.property.type === "Identifier") {
        named.set(left.property.name, { kind: "value", node: node.right });
      } else if (left.property.type === "Literal" && typeof left.property.value === "string") {
        named.set(left.property.value, { kind: "value", node: node.right });
      } else dynamic.push(node);
    }
  }
  return { named, stars, whole, dynamic };
}

function isExports(node: Node): boolean {
  return (
    (node.type === "Identifier" && node.name === "exports") ||
    (node.type === "MemberExpression" && isModuleExports(node))
  );
}

function isModuleExports(node: Node): boolean {
  return (
    node.type === "MemberExpression" &&
    node.object.type === "Identifier" &&
    node.object.name === "module" &&
    node.property.type === "Identifier" &&
    node.property.name === "exports"
  );
}

function nameOf(node: Node): string | null {
  if (node.type === "Identifier") return node.name;
  return node.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element === null ? [] : patternNames(element)));
    case "AssignmentPattern":
      return patternNames(pattern.left);
    default:
      return [];
  }
}
