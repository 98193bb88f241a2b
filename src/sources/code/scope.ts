import type { Node } from "oxc-parser";
import type { Syntax } from "./syntax.ts";

type Identifier = Extract<Node, { type: "Identifier" }>;

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
  /** import specifier, declarator, function, class, enum, or the parameter's own pattern. */
  readonly declaration: Node;
  /** The identifier node that introduces the name. */
  readonly identifier: Node;
  /** For a parameter: the function, and which of its parameters. */
  readonly parameter: { readonly fn: Node; readonly index: number } | null;
  /** Assignments to the name after its declaration, in source order. */
  readonly assignments: readonly Node[];
  /** Writes into what the name holds: `x.y = …`, `delete x.y`, `x.push(…)`, `Object.assign(x, …)`. */
  readonly writes: readonly Node[];
}

interface Open extends Binding {
  readonly assignments: Node[];
  readonly writes: Node[];
}

/** What a name means in a file: a binding for each scope that declares it. */
export type Bindings = ReadonlyMap<Node, Binding>;

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

/** A declaration that an identifier makes. */
interface Declared {
  readonly rank: number;
  readonly scope: Node;
  readonly kind: BindingKind;
  readonly identifier: Node;
  readonly declaration: Node;
  readonly parameter: Binding["parameter"];
}

/** Which of two declarations of one name in one scope gives its kind: imports first, then in this order. */
const ranks: readonly BindingKind[][] = [
  ["import"],
  ["const", "let", "loop"],
  ["parameter", "function"],
  ["class"],
  ["enum"],
  ["namespace"],
  ["catch"],
];

/** Everything that declares, assigns or changes a name in a file. */
export function bindingsOf(syntax: Syntax, name: string): Bindings {
  const identifiers = syntax
    .nodesWith(name)
    .filter((node): node is Identifier => node.type === "Identifier" && node.name === name);
  const declared = identifiers.flatMap((identifier) => declarationsBy(syntax, identifier));
  declared.sort((one, other) => one.rank - other.rank);
  const bindings = new Map<Node, Open>();
  for (const { scope, kind, identifier, declaration, parameter } of declared) {
    const known = bindings.get(scope);
    if (known === undefined) {
      bindings.set(scope, { name, kind, declaration, identifier, parameter, assignments: [], writes: [] });
    } else if (kind !== "namespace") {
      // Declared twice (`var`, merged declarations, two scripts of one page): the later one is one more value.
      known.assignments.push(declaration);
    }
  }
  for (const identifier of identifiers) {
    const write = writeBy(syntax, identifier);
    if (write === null) continue;
    const binding = bindingIn(syntax, bindings, identifier);
    binding?.[write.into].push(write.node);
  }
  return bindings;
}

/** The binding that holds at a node; null for a global. */
export function bindingIn<T extends Binding>(syntax: Syntax, bindings: ReadonlyMap<Node, T>, from: Node): T | null {
  if (bindings.size === 0) return null;
  for (let at: Node | undefined = from; at !== undefined; at = syntax.parents.get(at)) {
    const binding = bindings.get(at);
    if (binding !== undefined) return binding;
  }
  return null;
}

function scopeAround(syntax: Syntax, node: Node): Node {
  for (let at = syntax.parents.get(node); at !== undefined; at = syntax.parents.get(at)) {
    if (opensScope.has(at.type)) return at;
  }
  return syntax.program;
}

/** `var` belongs to the function around it. */
function functionAround(syntax: Syntax, node: Node): Node {
  let at = scopeAround(syntax, node);
  while (at !== syntax.program && !functionTypes.has(at.type) && at.type !== "TSModuleBlock") {
    at = scopeAround(syntax, at);
  }
  return at;
}

function declarationsBy(syntax: Syntax, identifier: Identifier): Declared[] {
  const { parents } = syntax;
  const declare = (
    kind: BindingKind,
    scope: Node,
    declaration: Node,
    parameter: Binding["parameter"] = null,
  ): Declared[] => [
    {
      rank: ranks.findIndex((kinds) => kinds.includes(kind)),
      scope,
      kind,
      identifier,
      declaration,
      parameter,
    },
  ];
  const pattern = wholePattern(syntax, identifier);
  const owner = pattern === null ? undefined : parents.get(pattern);
  if (pattern === null || owner === undefined) return [];
  const isName = pattern === identifier;
  switch (owner.type) {
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return owner.local === identifier ? declare("import", syntax.program, owner) : [];
    case "TSImportEqualsDeclaration":
      return owner.id === identifier ? declare("import", scopeAround(syntax, owner), owner) : [];
    case "VariableDeclarator": {
      const list = parents.get(owner);
      if (owner.id !== pattern || list?.type !== "VariableDeclaration") return [];
      const loop = parents.get(list);
      const looped = (loop?.type === "ForOfStatement" || loop?.type === "ForInStatement") && loop.left === list;
      const kind = looped ? "loop" : list.kind === "var" || list.kind === "let" ? "let" : "const";
      return declare(kind, list.kind === "var" ? functionAround(syntax, owner) : scopeAround(syntax, owner), owner);
    }
    case "TSParameterProperty": {
      const fn = parents.get(owner);
      const index = fn !== undefined && "params" in fn ? (fn.params as readonly Node[]).indexOf(owner) : -1;
      return fn === undefined || index === -1 ? [] : declare("parameter", fn, pattern, { fn, index });
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      const index = (owner.params as readonly Node[]).indexOf(pattern);
      if (index !== -1) return declare("parameter", owner, pattern, { fn: owner, index });
      if (!isName || owner.id !== identifier) return [];
      return declare("function", owner.type === "FunctionDeclaration" ? scopeAround(syntax, owner) : owner, owner);
    }
    case "ClassDeclaration":
      return owner.id === identifier ? declare("class", scopeAround(syntax, owner), owner) : [];
    case "ClassExpression":
      return owner.id === identifier ? declare("class", owner, owner) : [];
    case "TSEnumDeclaration":
      return owner.id === identifier ? declare("enum", scopeAround(syntax, owner), owner) : [];
    case "TSModuleDeclaration":
      return owner.id === identifier ? declare("namespace", scopeAround(syntax, owner), owner) : [];
    case "CatchClause":
      return owner.param === pattern ? declare("catch", owner, owner) : [];
    default:
      return [];
  }
}

/** The outermost pattern that an identifier is a name in; itself where it stands alone; null for a key or a default. */
function wholePattern(syntax: Syntax, identifier: Node): Node | null {
  let node = identifier;
  for (;;) {
    const parent = syntax.parents.get(node);
    switch (parent?.type) {
      case "Property": {
        const object = syntax.parents.get(parent);
        if (object?.type !== "ObjectPattern") return node;
        if (parent.value !== node) return null;
        node = object;
        continue;
      }
      case "ArrayPattern":
        node = parent;
        continue;
      case "AssignmentPattern":
        if (parent.left !== node) return null;
        node = parent;
        continue;
      case "RestElement": {
        // A rest parameter is its own pattern; inside another pattern it is a part.
        node = parent;
        const around = syntax.parents.get(parent);
        if (around?.type === "ObjectPattern") node = around;
        continue;
      }
      default:
        return node;
    }
  }
}

function writeBy(syntax: Syntax, identifier: Identifier): { into: "assignments" | "writes"; node: Node } | null {
  const { parents } = syntax;
  const pattern = wholePattern(syntax, identifier);
  if (pattern === null) return null;
  const owner = parents.get(pattern);
  if (owner?.type === "AssignmentExpression" && owner.left === pattern) return { into: "assignments", node: owner };
  if ((owner?.type === "ForOfStatement" || owner?.type === "ForInStatement") && owner.left === pattern)
    return { into: "assignments", node: owner };
  if (pattern !== identifier) return null;
  if (owner?.type === "UpdateExpression") return { into: "assignments", node: owner };
  if (owner?.type === "CallExpression" && owner.arguments[0] === identifier && isObjectWriter(owner.callee))
    return { into: "writes", node: owner };
  return owner?.type === "MemberExpression" && owner.object === identifier ? writeInto(syntax, owner) : null;
}

/** `x.y.z = …`, `x.y++`, `delete x.y`, `x.list.push(…)`, seen from the innermost member expression. */
function writeInto(syntax: Syntax, innermost: Node): { into: "writes"; node: Node } | null {
  const { parents } = syntax;
  let member = innermost;
  for (;;) {
    const parent = parents.get(member);
    if (parent === undefined) return null;
    if (
      (parent.type === "MemberExpression" && parent.object === member) ||
      parent.type === "TSNonNullExpression" ||
      parent.type === "TSAsExpression"
    ) {
      member = parent;
      continue;
    }
    if (parent.type === "AssignmentExpression") return parent.left === member ? { into: "writes", node: parent } : null;
    if (parent.type === "UpdateExpression") return { into: "writes", node: parent };
    if (parent.type === "UnaryExpression" && parent.operator === "delete") return { into: "writes", node: parent };
    if (parent.type === "CallExpression" && parent.callee === member && isMutator(member, innermost))
      return { into: "writes", node: parent };
    return null;
  }
}

function isMutator(member: Node, innermost: Node): boolean {
  if (member.type !== "MemberExpression" || member.property.type !== "Identifier") return false;
  if (
    innermost.type === "MemberExpression" &&
    innermost.object.type === "Identifier" &&
    innermost.object.name === "Object"
  )
    return false;
  return mutators.has(member.property.name);
}

/** `Object.assign(x, …)`, `Object.defineProperty(x, …)`. */
function isObjectWriter(callee: Node): boolean {
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return false;
  if (callee.object.type !== "Identifier" || callee.object.name !== "Object") return false;
  return callee.property.name === "assign" || callee.property.name.startsWith("definePropert");
}
