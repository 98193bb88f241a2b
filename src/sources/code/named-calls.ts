import type { Node } from "oxc-parser";
import { inOrder, type Module } from "./module.ts";

type Call = Extract<Node, { type: "CallExpression" }>;

/**
 * Expressions that go by a name, in source order: `name`, `x.name`, `x["name"]`, and these in the wrappings of
 * TypeScript and of compilers (`(0, x.name)`).
 */
export function expressionsNamed(module: Module, name: string): readonly Node[] {
  const found = new Set<Node>();
  for (const node of module.nodesWith(name)) {
    const parent = module.parents.get(node);
    const isKey = parent?.type === "MemberExpression" && parent.property === node;
    if (node.type === "Identifier" && node.name === name) {
      // The key of `x[name]` is a variable of its own.
      if (isKey && !parent.computed) found.add(wrapped(module, parent));
      else found.add(wrapped(module, node));
    } else if (node.type === "Literal" && node.value === name && isKey) found.add(wrapped(module, parent));
  }
  return [...found];
}

/** Calls of what goes by a name. */
export function callsNamed(module: Module, name: string): readonly Call[] {
  return expressionsNamed(module, name).flatMap((node) => {
    const parent = module.parents.get(node);
    return parent?.type === "CallExpression" && parent.callee === node ? [parent] : [];
  });
}

/** The outermost expression that still means the same. */
function wrapped(module: Module, from: Node): Node {
  let node = from;
  for (let parent = module.parents.get(node); parent !== undefined; parent = module.parents.get(node)) {
    if (
      parent.type !== "TSNonNullExpression" &&
      parent.type !== "TSInstantiationExpression" &&
      parent.type !== "TSAsExpression" &&
      parent.type !== "ChainExpression" &&
      !(parent.type === "SequenceExpression" && parent.expressions.at(-1) === node)
    )
      break;
    node = parent;
  }
  return node;
}

/** Calls of what may be one of the wanted functions, under whichever names the file gives them, in source order. */
export function callsOfAny(module: Module, wanted: ReadonlySet<string>): readonly Call[] {
  return inOrder(new Set([...localNames(module, wanted)].flatMap((name) => callsNamed(module, name))));
}

/** Names by which this file may mean one of the wanted: renamed imports, renamed members, plain aliases. */
export function localNames(module: Module, wanted: ReadonlySet<string>): Set<string> {
  const names = new Set(wanted);
  // A set may grow while it is gone through: an alias of an alias comes up in its turn.
  for (const name of names) {
    for (const node of module.nodesWith(name)) {
      const parent = module.parents.get(node);
      if (parent?.type === "ImportSpecifier" && parent.imported === node && wanted.has(name))
        names.add(parent.local.name);
      if (parent?.type !== "Property" || parent.key !== node || parent.value.type !== "Identifier") continue;
      const pattern = module.parents.get(parent);
      if (pattern?.type === "ObjectPattern" && module.parents.get(pattern)?.type === "VariableDeclarator")
        names.add(parent.value.name);
    }
    for (const node of expressionsNamed(module, name)) {
      const parent = module.parents.get(node);
      if (parent?.type === "VariableDeclarator" && parent.init === node && parent.id.type === "Identifier")
        names.add(parent.id.name);
    }
  }
  return names;
}
