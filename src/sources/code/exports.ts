import type { Node } from "oxc-parser";
import { bindingAt, identifiersNamed, type Module } from "./module.ts";

/** What a module exports under one name: a local name, an expression, or something of another module. */
export type Export =
  | { readonly kind: "local"; readonly name: string; readonly node: Node }
  /** `earlier`: what it was assigned before, where the last assignment is not always made. */
  | { readonly kind: "value"; readonly node: Node; readonly earlier?: readonly Node[] }
  | { readonly kind: "from"; readonly source: string; readonly name: string; readonly node: Node };

export interface Exports {
  readonly named: ReadonlyMap<string, Export>;
  /** `export * from`, in order. */
  readonly stars: readonly { readonly source: string; readonly node: Node }[];
  /** `module.exports = …` or `export = …`. */
  readonly whole: Node | null;
  /** Assignments under a computed name (`exports[name] = …`). */
  readonly dynamic: readonly Extract<Node, { type: "AssignmentExpression" }>[];
  /** What is poured into the exports: the sources of `Object.assign(exports, …)`. */
  readonly poured: readonly Node[];
  /** `exports.group.name = …`: the path below the exports, and the value. */
  readonly deep: readonly { readonly path: readonly string[]; readonly node: Node }[];
  /** Calls that are handed the exports, to do with them what they like. */
  readonly handed: readonly Node[];
}

/** Reads the exports of a module, ES and CommonJS, without evaluating anything. */
export function exportsOf(module: Module): Exports {
  const named = new Map<string, Export>();
  const stars: { source: string; node: Node }[] = [];
  const dynamic: Extract<Node, { type: "AssignmentExpression" }>[] = [];
  const poured: Node[] = [];
  const deep: { path: readonly string[]; node: Node }[] = [];
  const handed: Node[] = [];
  let whole: Node | null = null;
  for (const node of (module.program as Extract<Node, { type: "Program" }>).body) {
    switch (node.type) {
      case "ExportNamedDeclaration":
        if (node.exportKind !== "type") readNamed(node, named);
        break;
      case "ExportDefaultDeclaration":
        named.set("default", { kind: "value", node: node.declaration });
        break;
      case "ExportAllDeclaration": {
        if (node.exportKind === "type") break;
        const name = node.exported === null ? null : nameOf(node.exported);
        if (name === null) stars.push({ source: node.source.value, node });
        else named.set(name, { kind: "from", source: node.source.value, name: "*", node });
        break;
      }
      case "TSExportAssignment":
        whole = node.expression;
    }
  }
  for (const mention of identifiersNamed(module, "exports")) {
    const node = assignmentTo(module, mention);
    if (node === null) continue;
    const { left } = node;
    if (left.type !== "MemberExpression") continue;
    if (isModuleExports(left)) {
      // `module.exports = exports = …` means what stands at the end.
      let right: Node = node.right;
      while (right.type === "AssignmentExpression") right = right.right;
      whole = right;
    } else if (isExports(left.object)) {
      if (!left.computed && left.property.type === "Identifier") {
        named.set(left.property.name, assignedTo(module, node, named.get(left.property.name)));
      } else if (left.property.type === "Literal" && typeof left.property.value === "string") {
        named.set(left.property.value, assignedTo(module, node, named.get(left.property.value)));
      } else dynamic.push(node);
    } else {
      const path = pathBelow(left);
      if (path !== null) deep.push({ path, node: node.right });
    }
  }
  for (const mention of identifiersNamed(module, "exports")) {
    const node = callGiven(module, mention);
    if (node === null || bindingAt(module, node, "exports") !== null) continue;
    const { callee } = node;
    const method = callee.type === "MemberExpression" ? nameOf(callee.property) : nameOf(callee);
    const [first, second, third] = node.arguments;
    const ofObject = callee.type === "MemberExpression" && nameOf(callee.object) === "Object";
    if (ofObject && method === "assign" && first !== undefined && isExports(first)) {
      poured.push(...node.arguments.slice(1));
    } else if (ofObject && method === "defineProperty" && second !== undefined && third !== undefined) {
      const name = nameOf(second);
      const value = definedBy(third);
      if (name !== null && name !== "__esModule" && value !== null) named.set(name, { kind: "value", node: value });
    } else if (method === "__exportStar" && first !== undefined) {
      // What TypeScript makes of `export * from`.
      const source = requiredBy(first);
      if (source !== null) stars.push({ source, node });
    } else if (method !== "__esModule") handed.push(node);
  }
  return { named, stars, whole, dynamic, poured, deep, handed };
}

/** `exports.x = …` at the top of the file replaces what stood there; in a branch or function it may, and may not. */
function assignedTo(
  module: Module,
  node: Extract<Node, { type: "AssignmentExpression" }>,
  before: Export | undefined,
): Export {
  let at: Node | undefined = module.parents.get(node);
  while (at?.type === "AssignmentExpression" || at?.type === "ExpressionStatement") at = module.parents.get(at);
  if (at?.type === "Program" || before?.kind !== "value") return { kind: "value", node: node.right };
  return { kind: "value", node: node.right, earlier: [...(before.earlier ?? []), before.node] };
}

/** The call that is given the exports, as an argument or in an object that is one. */
function callGiven(module: Module, mention: Node): Extract<Node, { type: "CallExpression" }> | null {
  let node: Node = mention;
  for (let at = module.parents.get(node); at !== undefined; node = at, at = module.parents.get(at)) {
    if (at.type === "CallExpression")
      return node !== at.callee && at.arguments.some((given) => given === node) ? at : null;
    const isWhole = at.type === "MemberExpression" && isModuleExports(at);
    if (!isWhole && at.type !== "ObjectExpression" && !(at.type === "Property" && at.value === node)) return null;
  }
  return null;
}

/** `exports.group.name` → group, name; null for anything else. */
function pathBelow(left: Extract<Node, { type: "MemberExpression" }>): string[] | null {
  const path: string[] = [];
  let at: Node = left;
  while (at.type === "MemberExpression" && !isExports(at)) {
    const name = at.computed && at.property.type !== "Literal" ? null : nameOf(at.property);
    if (name === null) return null;
    path.unshift(name);
    at = at.object;
  }
  return isExports(at) && path.length > 1 ? path : null;
}

/** Value of a property descriptor: `{ value: x }`, `{ get: () => x }`, `{ get: function () { return x; } }`. */
function definedBy(descriptor: Node): Node | null {
  if (descriptor.type !== "ObjectExpression") return null;
  for (const property of descriptor.properties) {
    if (property.type !== "Property" || property.computed) continue;
    const name = nameOf(property.key);
    if (name === "value") return property.value;
    const getter = property.value;
    if (name !== "get") continue;
    if (getter.type === "ArrowFunctionExpression" && getter.body.type !== "BlockStatement") return getter.body;
    if (getter.type !== "FunctionExpression" && getter.type !== "ArrowFunctionExpression") return null;
    const statement = getter.body?.type === "BlockStatement" ? getter.body.body[0] : undefined;
    return statement?.type === "ReturnStatement" ? statement.argument : null;
  }
  return null;
}

function requiredBy(node: Node): string | null {
  if (node.type !== "CallExpression" || nameOf(node.callee) !== "require") return null;
  const [first] = node.arguments;
  return first?.type === "Literal" && typeof first.value === "string" ? first.value : null;
}

function readNamed(node: Extract<Node, { type: "ExportNamedDeclaration" }>, named: Map<string, Export>): void {
  for (const specifier of node.specifiers) {
    const exported = nameOf(specifier.exported);
    const local = nameOf(specifier.local);
    if (exported === null || local === null || specifier.exportKind === "type") continue;
    if (node.source === null) named.set(exported, { kind: "local", name: local, node: specifier });
    else named.set(exported, { kind: "from", source: node.source.value, name: local, node: specifier });
  }
  const { declaration } = node;
  if (declaration === null) return;
  if (declaration.type === "VariableDeclaration") {
    for (const declarator of declaration.declarations) {
      for (const name of patternNames(declarator.id)) named.set(name, { kind: "local", name, node: declarator });
    }
  } else if ("id" in declaration && declaration.id?.type === "Identifier") {
    if (declaration.type === "TSInterfaceDeclaration" || declaration.type === "TSTypeAliasDeclaration") return;
    named.set(declaration.id.name, { kind: "local", name: declaration.id.name, node: declaration });
  }
}

/** The assignment that `exports` is the target's root of: `exports.x = …`, `module.exports.x = …`, `module.exports = …`. */
function assignmentTo(module: Module, mention: Node): Extract<Node, { type: "AssignmentExpression" }> | null {
  let node = mention;
  for (let parent = module.parents.get(node); parent !== undefined; node = parent, parent = module.parents.get(node)) {
    if (parent.type === "AssignmentExpression") return parent.left === node ? parent : null;
    if (parent.type !== "MemberExpression" || (parent.object !== node && node !== mention)) return null;
  }
  return null;
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
