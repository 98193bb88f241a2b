import type { Node } from "oxc-parser";
import { identifiersNamed, type Module } from "./module.ts";
import type { Scene, Write } from "./value.ts";

/** `this.instances[key] = …`, `Clients.instances.set(key, …)`: writes into what a field of a class holds. */
export function fieldWrites(member: Extract<Node, { type: "MemberExpression" }>, scene: Scene): readonly Write[] {
  const { module } = scene;
  const wanted = spelling(module, member);
  const { property } = member;
  const name = property.type === "Identifier" || property.type === "PrivateIdentifier" ? property.name : "";
  return identifiersNamed(module, name).flatMap((node): Write[] => {
    const own = module.parents.get(node);
    if (own === undefined || spelling(module, own) !== wanted) return [];
    const inner = module.parents.get(around(module, own));
    if (inner?.type !== "MemberExpression" || bare(inner.object) !== own) return [];
    const target = around(module, inner);
    const parent = module.parents.get(target);
    if (parent?.type === "AssignmentExpression" && parent.left === target) return [{ node: parent, scene }];
    const isSet = inner.property.type === "Identifier" && inner.property.name === "set";
    return isSet && parent?.type === "CallExpression" && parent.callee === inner ? [{ node: parent, scene }] : [];
  });
}

/** The reverse of `bare`: the outermost wrapping of an expression. */
function around(module: Module, from: Node): Node {
  let node = from;
  for (let parent = module.parents.get(node); parent !== undefined && bare(parent) === bare(from); ) {
    node = parent;
    parent = module.parents.get(node);
  }
  return node;
}

/** `this` of a static method is the class, so both spellings of a static field are one. */
function spelling(module: Module, node: Node): string {
  if (node.type !== "MemberExpression" || node.computed) return "";
  const object = bare(node.object);
  const owner =
    object.type === "ThisExpression" || (object.type === "Identifier" && isClassAround(module, object))
      ? "this"
      : module.text.slice(object.start, object.end);
  return `${owner}.${module.text.slice(node.property.start, node.property.end)}`;
}

function isClassAround(module: Module, identifier: Extract<Node, { type: "Identifier" }>): boolean {
  for (let at = module.parents.get(identifier); at !== undefined; at = module.parents.get(at)) {
    if ((at.type === "ClassDeclaration" || at.type === "ClassExpression") && at.id?.name === identifier.name)
      return true;
  }
  return false;
}

/** An expression without what TypeScript wraps around it. */
export function bare(node: Node): Node {
  let at = node;
  while (at.type === "TSNonNullExpression" || at.type === "TSAsExpression" || at.type === "TSSatisfiesExpression")
    at = at.expression;
  return at;
}
