import type { Node } from "oxc-parser";
import { enclosingFunction, identifiersNamed, isFunction, type Module } from "./module.ts";
import type { Binding } from "./scope.ts";

/** Methods that call what they are given before they return. */
const calling = new Set(["map", "forEach", "filter", "flatMap", "find", "some", "every", "reduce"]);

/** `var`: the name is there, and empty, before its line. A name of Python is not there at all. */
export function isHoisted(module: Module, binding: Binding): boolean {
  const list = module.parents.get(binding.declaration);
  return list?.type === "VariableDeclaration" && list.kind === "var" && !list.declare && !module.file.endsWith(".py");
}

/** `var name;` gives nothing: what was written before stays. */
export function isBareHoisted(module: Module, writer: Node): boolean {
  if (writer.type !== "VariableDeclarator" || writer.init !== null) return false;
  const list = module.parents.get(writer);
  return list?.type === "VariableDeclaration" && list.kind === "var" && !list.declare && !module.file.endsWith(".py");
}

/** Whether a `var` is a statement of its function's own body, and a use in that function stands behind it. */
export function isPlainlyBefore(module: Module, declaration: Node, use: Node): boolean {
  const list = module.parents.get(declaration);
  let body = list === undefined ? undefined : module.parents.get(list);
  if (body?.type === "ExportNamedDeclaration") body = module.parents.get(body);
  const owner = body === undefined ? undefined : module.parents.get(body);
  const isOwn =
    body === module.program || (body?.type === "BlockStatement" && owner !== undefined && isFunction(owner));
  return isOwn && use.start >= declaration.end;
}

/** Whether code in a function inside of `home` may run before a `var` of `home` is given its value. */
export function mayRunBefore(
  module: Module,
  use: Node,
  home: Node | null,
  declaration: Node,
  seen: ReadonlySet<Node> = new Set(),
): boolean {
  let fn: Node | null = null;
  for (let at = enclosingFunction(module, use); at !== home && at !== null; at = enclosingFunction(module, at)) fn = at;
  if (fn === null) return use.start < declaration.end;
  if (seen.has(fn)) return false;
  if (fn.type !== "FunctionDeclaration" && fn.start >= declaration.end) return false;
  if (isCalledAt(module, fn)) return true;
  const parent = module.parents.get(fn);
  const name =
    fn.type === "FunctionDeclaration"
      ? fn.id
      : parent?.type === "VariableDeclarator" && parent.init === fn
        ? parent.id
        : null;
  if (name?.type !== "Identifier") return false;
  const further = new Set([...seen, fn]);
  return identifiersNamed(module, name.name).some(
    (node) => node !== name && isCalledAt(module, node) && mayRunBefore(module, node, home, declaration, further),
  );
}

/** What a name or a function stands for is called where it stands. */
function isCalledAt(module: Module, node: Node): boolean {
  let inner = node;
  let parent = module.parents.get(node);
  while (parent?.type === "ParenthesizedExpression") {
    inner = parent;
    parent = module.parents.get(parent);
  }
  if (parent?.type !== "CallExpression" && parent?.type !== "NewExpression") return false;
  const { callee } = parent;
  if (callee === inner) return true;
  return (
    callee.type === "MemberExpression" && callee.property.type === "Identifier" && calling.has(callee.property.name)
  );
}

/**
 * What the conditions around a use say of a variable that may be empty there. "here": it is filled, or the use is not
 * come to; "unclear": something is asked of it on the way.
 */
export function filledWhere(module: Module, use: Node, binding: Binding): "here" | "unclear" | "unsaid" {
  const asks = (test: Node): boolean =>
    identifiersNamed(module, binding.name).some((node) => node.start >= test.start && node.end <= test.end);
  let node = use;
  let said: "unclear" | "unsaid" = "unsaid";
  for (let at = module.parents.get(node); at !== undefined && !isFunction(at); node = at, at = module.parents.get(at)) {
    if (at.type === "IfStatement" || at.type === "ConditionalExpression") {
      if (node !== at.test && fills(at.test, binding.name, node === at.consequent)) return "here";
      if (node !== at.test && asks(at.test)) said = "unclear";
    } else if (at.type === "LogicalExpression" && node === at.right && at.operator !== "??") {
      if (fills(at.left, binding.name, at.operator === "&&")) return "here";
      if (asks(at.left)) said = "unclear";
    } else if (at.type === "BlockStatement" || at.type === "Program") {
      for (const statement of at.body) {
        if (statement === node) break;
        if (statement.type !== "IfStatement" || !asks(statement.test)) continue;
        if (leaves(statement.consequent) && fills(statement.test, binding.name, false)) return "here";
        said = "unclear";
      }
    }
  }
  return said;
}

/** A condition that, being what it is, says that a variable is not empty: `x`, `x != null`, `x && …`. */
function fills(test: Node, name: string, holds: boolean): boolean {
  switch (test.type) {
    case "Identifier":
      return holds && test.name === name;
    case "ParenthesizedExpression":
      return fills(test.expression, name, holds);
    case "UnaryExpression":
      return test.operator === "!" && fills(test.argument, name, !holds);
    case "LogicalExpression":
      return (
        test.operator === (holds ? "&&" : "||") && (fills(test.left, name, holds) || fills(test.right, name, holds))
      );
    case "BinaryExpression": {
      const isNothing = (side: Node): boolean =>
        (side.type === "Literal" && side.value === null) || (side.type === "Identifier" && side.name === "undefined");
      const isName = (side: Node): boolean => side.type === "Identifier" && side.name === name;
      const against = (isName(test.left) && isNothing(test.right)) || (isName(test.right) && isNothing(test.left));
      return against && test.operator.startsWith(holds ? "!=" : "==") && test.operator.length <= 3;
    }
    default:
      return false;
  }
}

function leaves(branch: Node): boolean {
  const last = branch.type === "BlockStatement" ? branch.body.at(-1) : branch;
  return /^(?:Break|Continue|Return|Throw)Statement$/.test(last?.type ?? "");
}
