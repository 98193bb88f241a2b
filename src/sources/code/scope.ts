import type { ArrowFunctionExpression, Function as FunctionNode, Node } from "oxc-parser";

/** A parsed file's nodes, as far as scopes need them. */
export interface Tree {
  readonly program: Node;
  readonly parents: ReadonlyMap<Node, Node>;
  /** Nodes by type, in source order. */
  readonly byType: ReadonlyMap<string, readonly Node[]>;
}

export type BindingKind =
  | "import"
  | "const"
  | "let"
  | "function"
  | "class"
  | "parameter"
  | "enum"
  | "catch"
  | "loop"
  | "namespace";

/** A name with everything that can give it a value. */
export interface Binding {
  readonly name: string;
  readonly kind: BindingKind;
  readonly scope: Scope;
  /** import specifier, declarator, function, class, enum, or the parameter's own pattern. */
  readonly declaration: Node;
  /** The identifier node that introduces the name. */
  readonly identifier: Node;
  /** For a parameter: the function, and which of its parameters. */
  readonly parameter: { readonly fn: Node; readonly index: number } | null;
  /** Assignments to the name after its declaration, in source order. */
  readonly assignments: Node[];
  /** Writes into what the name holds: `x.y = …`, `delete x.y`, `x.push(…)`, `Object.assign(x, …)`. */
  readonly writes: Node[];
}

export interface Scope {
  readonly node: Node;
  readonly parent: Scope | null;
  readonly names: Map<string, Binding>;
}

const opensScope = new Set([
  "Program",
  "BlockStatement",
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "SwitchStatement",
  "CatchClause",
  "ClassDeclaration",
  "ClassExpression",
  "StaticBlock",
  "TSModuleBlock",
]);

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

const mutators = new Set(["push", "unshift", "splice", "pop", "shift", "reverse", "sort", "fill", "set", "delete"]);

/** Builds the scopes of a file: declarations first, then everything that writes to them. */
export function scopesOf(tree: Tree): Map<Node, Scope> {
  const scopes = new Map<Node, Scope>();
  const all = [...tree.byType].filter(([type]) => opensScope.has(type)).flatMap(([, nodes]) => nodes);
  all.sort((one, other) => one.start - other.start || other.end - one.end);
  for (const node of all) scopes.set(node, { node, parent: outerScope(tree, scopes, node), names: new Map() });
  declareAll(tree, scopes);
  recordWrites(tree, scopes);
  return scopes;
}

function outerScope(tree: Tree, scopes: ReadonlyMap<Node, Scope>, node: Node): Scope | null {
  for (let at = tree.parents.get(node); at !== undefined; at = tree.parents.get(at)) {
    const scope = scopes.get(at);
    if (scope !== undefined) return scope;
  }
  return null;
}

function scopeAt(tree: Tree, scopes: ReadonlyMap<Node, Scope>, node: Node): Scope | null {
  return scopes.get(node) ?? outerScope(tree, scopes, node);
}

function functionScope(scope: Scope): Scope {
  let at = scope;
  while (at.parent !== null && !functionTypes.has(at.node.type) && at.node.type !== "TSModuleBlock") at = at.parent;
  return at;
}

function declareAll(tree: Tree, scopes: Map<Node, Scope>): void {
  const declare = (
    scope: Scope | null,
    identifier: Node,
    kind: BindingKind,
    declaration: Node,
    parameter: Binding["parameter"] = null,
  ): void => {
    if (scope === null || identifier.type !== "Identifier") return;
    const name = identifier.name;
    const known = scope.names.get(name);
    if (known !== undefined) {
      // Declared twice (`var`, merged declarations, two scripts of one page): the later one is one more value.
      if (kind !== "namespace") known.assignments.push(declaration);
      return;
    }
    scope.names.set(name, { name, kind, scope, declaration, identifier, parameter, assignments: [], writes: [] });
  };
  for (const type of ["ImportSpecifier", "ImportDefaultSpecifier", "ImportNamespaceSpecifier"] as const) {
    for (const node of tree.byType.get(type) ?? []) {
      if ("local" in node) declare(scopes.get(tree.program) ?? null, node.local as Node, "import", node);
    }
  }
  for (const node of tree.byType.get("TSImportEqualsDeclaration") ?? []) {
    if (node.type === "TSImportEqualsDeclaration") declare(outerScope(tree, scopes, node), node.id, "import", node);
  }
  for (const node of tree.byType.get("VariableDeclarator") ?? []) {
    if (node.type !== "VariableDeclarator") continue;
    const parent = tree.parents.get(node);
    const block = outerScope(tree, scopes, node);
    if (parent?.type !== "VariableDeclaration" || block === null) continue;
    const loop = tree.parents.get(parent);
    const looped = (loop?.type === "ForOfStatement" || loop?.type === "ForInStatement") && loop.left === parent;
    const kind = looped ? "loop" : parent.kind === "var" || parent.kind === "let" ? "let" : "const";
    const scope = parent.kind === "var" ? functionScope(block) : block;
    for (const identifier of namesIn(node.id)) declare(scope, identifier, kind, node);
  }
  for (const type of functionTypes) {
    for (const node of tree.byType.get(type) ?? []) {
      const own = scopes.get(node) ?? null;
      const fn = node as FunctionNode | ArrowFunctionExpression;
      fn.params.forEach((parameter, index) => {
        const pattern: Node = parameter.type === "TSParameterProperty" ? parameter.parameter : parameter;
        for (const identifier of namesIn(pattern)) declare(own, identifier, "parameter", pattern, { fn: node, index });
      });
      if (fn.id === null) continue;
      if (fn.type === "FunctionDeclaration") {
        const outer = outerScope(tree, scopes, node);
        declare(outer, fn.id, "function", node);
      } else declare(own, fn.id, "function", node);
    }
  }
  for (const type of ["ClassDeclaration", "ClassExpression"] as const) {
    for (const node of tree.byType.get(type) ?? []) {
      if (!("superClass" in node) || node.id === null) continue;
      declare(
        node.type === "ClassDeclaration" ? outerScope(tree, scopes, node) : (scopes.get(node) ?? null),
        node.id,
        "class",
        node,
      );
    }
  }
  for (const node of tree.byType.get("TSEnumDeclaration") ?? []) {
    if (node.type === "TSEnumDeclaration") declare(outerScope(tree, scopes, node), node.id, "enum", node);
  }
  for (const node of tree.byType.get("TSModuleDeclaration") ?? []) {
    if (node.type === "TSModuleDeclaration") declare(outerScope(tree, scopes, node), node.id, "namespace", node);
  }
  for (const node of tree.byType.get("CatchClause") ?? []) {
    if (node.type !== "CatchClause" || node.param === null) continue;
    for (const identifier of namesIn(node.param)) declare(scopes.get(node) ?? null, identifier, "catch", node);
  }
}

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

function recordWrites(tree: Tree, scopes: ReadonlyMap<Node, Scope>): void {
  const find = (identifier: Node): Binding | null => {
    if (identifier.type !== "Identifier") return null;
    for (let scope = scopeAt(tree, scopes, identifier); scope !== null; scope = scope.parent) {
      const binding = scope.names.get(identifier.name);
      if (binding !== undefined) return binding;
    }
    return null;
  };
  const write = (target: Node, node: Node): void => {
    if (target.type === "MemberExpression") {
      let object: Node = target.object;
      while (
        object.type === "MemberExpression" ||
        object.type === "TSNonNullExpression" ||
        object.type === "TSAsExpression"
      ) {
        object = object.type === "MemberExpression" ? object.object : object.expression;
      }
      find(object)?.writes.push(node);
    } else for (const identifier of namesIn(target)) find(identifier)?.assignments.push(node);
  };
  for (const node of tree.byType.get("AssignmentExpression") ?? []) {
    if (node.type === "AssignmentExpression") write(node.left, node);
  }
  for (const node of tree.byType.get("UpdateExpression") ?? []) {
    if (node.type === "UpdateExpression") write(node.argument, node);
  }
  for (const node of tree.byType.get("UnaryExpression") ?? []) {
    if (node.type === "UnaryExpression" && node.operator === "delete") write(node.argument, node);
  }
  for (const type of ["ForOfStatement", "ForInStatement"] as const) {
    for (const node of tree.byType.get(type) ?? []) {
      if (
        (node.type === "ForOfStatement" || node.type === "ForInStatement") &&
        node.left.type !== "VariableDeclaration"
      ) {
        write(node.left, node);
      }
    }
  }
  for (const node of tree.byType.get("CallExpression") ?? []) {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") continue;
    const { object, property } = node.callee;
    if (property.type !== "Identifier") continue;
    const first = node.arguments[0];
    if (object.type === "Identifier" && object.name === "Object") {
      if ((property.name === "assign" || property.name.startsWith("definePropert")) && first?.type === "Identifier") {
        find(first)?.writes.push(node);
      }
    } else if (mutators.has(property.name)) {
      let root: Node = object;
      while (root.type === "MemberExpression") root = root.object;
      find(root)?.writes.push(node);
    }
  }
}
