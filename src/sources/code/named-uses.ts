import type { Node } from "oxc-parser";
import { identifiersNamed, inOrder, isFunction, type Module } from "./module.ts";
import type { Value } from "./value.ts";

/** The function is a member of an object or class, so that whoever has that can call it. */
export function isMember(fn: Node, home: Module): boolean {
  for (let at = home.parents.get(fn); at !== undefined; at = home.parents.get(at)) {
    if (at.type === "Property" || at.type === "MethodDefinition" || at.type === "PropertyDefinition") return true;
    if (at.type === "AssignmentExpression") return at.left.type === "MemberExpression";
    if (at.type === "VariableDeclarator" || isFunction(at)) return isFunction(at);
  }
  return false;
}

/** Something of these names is put into an object, or given another name. */
export function isKeptIn(module: Module, names: ReadonlySet<string>): boolean {
  return [...names].some((name) =>
    identifiersNamed(module, name.replace(/^#|\(\)/g, "")).some((node) => {
      const parent = module.parents.get(node);
      switch (parent?.type) {
        case "Property":
          return parent.value === node && module.parents.get(parent)?.type === "ObjectExpression";
        case "PropertyDefinition":
          return parent.value === node;
        case "VariableDeclarator":
          return parent.init === node;
        case "AssignmentExpression":
          return parent.right === node;
        default:
          return parent?.type === "ExportDefaultDeclaration";
      }
    }),
  );
}

/** Expressions that hand on what is inside them. */
export function isPassing(node: Node): boolean {
  return (
    node.type === "AwaitExpression" ||
    node.type === "TSAsExpression" ||
    node.type === "TSNonNullExpression" ||
    node.type === "TSSatisfiesExpression" ||
    node.type === "ConditionalExpression" ||
    node.type === "LogicalExpression"
  );
}

export function isConstructor(value: Value, fn: Node): boolean {
  if (value.kind !== "class") return false;
  return value.node.body.body.some(
    (member) => member.type === "MethodDefinition" && member.kind === "constructor" && member.value === fn,
  );
}

export function lastName(callee: Node): string | null {
  switch (callee.type) {
    case "Identifier":
    case "JSXIdentifier":
      return callee.name;
    case "MemberExpression":
      if (callee.property.type === "Identifier") return callee.property.name;
      return callee.property.type === "PrivateIdentifier" ? `#${callee.property.name}` : null;
    case "JSXMemberExpression":
      return callee.property.name;
    case "CallExpression": {
      const name = lastName(callee.callee);
      return name === null ? null : `${name}()`;
    }
    case "TSNonNullExpression":
    case "TSInstantiationExpression":
    case "TSAsExpression":
    case "ChainExpression":
    case "AwaitExpression":
      return lastName(callee.type === "AwaitExpression" ? callee.argument : callee.expression);
    default:
      return null;
  }
}

/** Calls, JSX elements and plain mentions that go by one of these names, in source order. */
export function namedIn(
  module: Module,
  names: ReadonlySet<string>,
): {
  called: readonly Extract<Node, { type: "CallExpression" | "NewExpression" }>[];
  elements: readonly Extract<Node, { type: "JSXOpeningElement" }>[];
  alone: readonly Node[];
} {
  const called = new Set<Extract<Node, { type: "CallExpression" | "NewExpression" }>>();
  const elements = new Set<Extract<Node, { type: "JSXOpeningElement" }>>();
  const alone: Node[] = [];
  const named = (node: Node): boolean => names.has(lastName(node) ?? "");
  for (const word of new Set([...names].map((name) => name.replace(/^#|(?:\(\))+$/g, "")))) {
    for (const node of identifiersNamed(module, word)) {
      if (node.type === "Identifier" && names.has(node.name)) alone.push(node);
      let at: Node = node;
      for (let parent = module.parents.get(at); parent !== undefined; at = parent, parent = module.parents.get(at)) {
        if (parent.type === "CallExpression" && parent.callee === at) {
          if (named(at)) called.add(parent);
        } else if (parent.type === "NewExpression" && parent.callee === at) {
          if (named(at)) called.add(parent);
          break;
        } else if (parent.type === "JSXOpeningElement" && parent.name === at) {
          if (named(at)) elements.add(parent);
          break;
        } else if (
          !(parent.type === "MemberExpression" && parent.property === at && at === node) &&
          !(parent.type === "JSXMemberExpression" && parent.property === at) &&
          !isWrapping(parent)
        )
          break;
      }
    }
  }
  return { called: inOrder(called), elements: inOrder(elements), alone: inOrder(alone) };
}

/** What `lastName` looks through. */
function isWrapping(node: Node): boolean {
  return (
    node.type === "TSNonNullExpression" ||
    node.type === "TSInstantiationExpression" ||
    node.type === "TSAsExpression" ||
    node.type === "ChainExpression" ||
    node.type === "AwaitExpression"
  );
}

/** `useCallback(() => …, [call])`: named there so that React looks again, and called by nobody. */
function isDependencyList(module: Module, list: Node): boolean {
  const call = module.parents.get(list);
  if (call?.type !== "CallExpression" || call.arguments.indexOf(list as never) < 1) return false;
  return /^use[A-Z]/.test(lastName(call.callee) ?? "") && isFunction(call.arguments[0] ?? list);
}

/** An object that is given a name, returned or exported: who calls its members names them. */
function isKept(module: Module, object: Node): boolean {
  let parent = module.parents.get(object);
  while (
    parent !== undefined &&
    (isPassing(parent) || parent.type === "ObjectExpression" || parent.type === "Property")
  )
    parent = module.parents.get(parent);
  return (
    parent?.type === "VariableDeclarator" ||
    parent?.type === "AssignmentExpression" ||
    parent?.type === "PropertyDefinition" ||
    parent?.type === "ReturnStatement" ||
    parent?.type === "ArrowFunctionExpression" ||
    parent?.type === "ExportDefaultDeclaration"
  );
}

/** What is meant by a mention of a name: `send`, or `client.send`. */
export function wholeOf(module: Module, node: Node): Node {
  const parent = module.parents.get(node);
  return parent?.type === "MemberExpression" && parent.property === node && !parent.computed ? parent : node;
}

/** The names, and those that a file gives to what goes by one of them: `const run = client.send`, `{ send: run } = …`. */
export function withLocalNames(module: Module, names: ReadonlySet<string>): ReadonlySet<string> {
  const all = new Set(names);
  // A set may grow while it is gone through: a name of a name comes up in its turn.
  for (const name of all) {
    if (all.size > names.size + maxLocalNames) break;
    for (const mention of identifiersNamed(module, name.replace(/^#|\(\)/g, ""))) {
      const given = nameGiven(module, mention);
      if (given !== null) all.add(given);
    }
  }
  return all;
}

/** A file that gives more names than this to one function means something else by them. */
const maxLocalNames = 12;

function nameGiven(module: Module, mention: Node): string | null {
  let node = wholeOf(module, mention);
  let parent = module.parents.get(node);
  const outer = parent === undefined ? undefined : module.parents.get(parent);
  if (parent?.type === "MemberExpression" && parent.object === node && outer?.type === "CallExpression") {
    if (outer.callee !== parent || parent.property.type !== "Identifier" || parent.property.name !== "bind")
      return null;
    node = outer;
    parent = module.parents.get(outer);
  }
  switch (parent?.type) {
    case "VariableDeclarator":
      return parent.init === node && parent.id.type === "Identifier" ? parent.id.name : null;
    case "AssignmentExpression":
      return parent.right === node ? lastName(parent.left) : null;
    case "PropertyDefinition":
      return parent.value === node && parent.key.type === "Identifier" ? parent.key.name : null;
    case "Property": {
      if (outer?.type === "ObjectPattern" && parent.key === mention) {
        const value = parent.value.type === "AssignmentPattern" ? parent.value.left : parent.value;
        return value.type === "Identifier" ? value.name : null;
      }
      const isMember = outer?.type === "ObjectExpression" && parent.value === node;
      return isMember && parent.key.type === "Identifier" && !parent.computed ? parent.key.name : null;
    }
    default:
      return null;
  }
}

/** `send.call(self, …)`, `client.send.apply(self, […])`: the call that a function is the object of. */
export function calledThrough(module: Module, node: Node): Through | null {
  const member = module.parents.get(node);
  if (member?.type !== "MemberExpression" || member.object !== node || member.property.type !== "Identifier")
    return null;
  const { name } = member.property;
  const call = module.parents.get(member);
  if ((name !== "call" && name !== "apply") || call?.type !== "CallExpression" || call.callee !== member) return null;
  return { call, name };
}

export interface Through {
  readonly call: Extract<Node, { type: "CallExpression" }>;
  readonly name: "call" | "apply";
}

/** An expression in the place of a value: an argument, a member of a list or object, the right side of something. */
export function isHandedOn(module: Module, node: Node): boolean {
  const parent = module.parents.get(node);
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node;
    case "ArrayExpression":
      return !isDependencyList(module, parent);
    case "ReturnStatement":
    case "JSXExpressionContainer":
    case "ConditionalExpression":
    case "LogicalExpression":
      return true;
    case "MemberExpression":
      return parent.object === node && parent.property.type === "Identifier" && parent.property.name === "bind";
    case "Property": {
      const object = module.parents.get(parent);
      return parent.value === node && object?.type === "ObjectExpression" && !isKept(module, object);
    }
    default:
      return false;
  }
}
