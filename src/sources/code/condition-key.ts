import type { Node } from "oxc-parser";
import { bindingAt, type Module } from "./module.ts";
import type { Frame, Scene } from "./value.ts";

/** What tells one condition from all others, and which way round it was asked. */
export interface ConditionKey {
  readonly key: string;
  /** The condition holds where what `key` stands for does not: `!paid`, `kind !== "pay"`. */
  readonly reversed: boolean;
}

/**
 * Two tests have one key where both hold or neither does: `paid` twice in one function, `kind === "pay"` and
 * `kind !== "pay"`. A test whose parts may change between two looks (a call, a variable that is assigned) has a key of
 * its own, and so has each call of the function that it stands in.
 */
export function conditionKey(test: Node, scene: Scene): ConditionKey {
  const { module, frame } = scene;
  let node = test;
  let reversed = false;
  for (;;) {
    if (node.type === "ParenthesizedExpression") node = node.expression;
    else if (node.type === "UnaryExpression" && node.operator === "!") {
      node = node.argument;
      reversed = !reversed;
    } else break;
  }
  const said = spelled(node, module);
  if (said === null) return { key: `${module.file}:${node.start}${callsOf(frame)}`, reversed };
  if (said.startsWith("not ")) return { key: `${module.file}|${said.slice(4)}${callsOf(frame)}`, reversed: !reversed };
  return { key: `${module.file}|${said}${callsOf(frame)}`, reversed };
}

/** The test in words that mean the same wherever they stand in the file; null where it may change. */
function spelled(node: Node, module: Module): string | null {
  switch (node.type) {
    case "Identifier": {
      const binding = bindingAt(module, node, node.name);
      if (binding === null || binding.assignments.length > 0) return null;
      return `${node.name}@${binding.identifier.start}`;
    }
    case "Literal":
      return module.text.slice(node.start, node.end).replace(/^'(.*)'$/, '"$1"');
    case "BinaryExpression": {
      const equal = /^[!=]==?$/.test(node.operator);
      const left = spelled(node.left, module);
      const right = spelled(node.right, module);
      if (left === null || right === null) return null;
      if (!equal) return `(${left} ${node.operator} ${right})`;
      const sides = [left, right].sort().join(node.operator.length === 3 ? " is " : " ~ ");
      return node.operator.startsWith("!") ? `not (${sides})` : `(${sides})`;
    }
    default:
      return null;
  }
}

const keys = new WeakMap<Frame, string>();

/** The calls that led to a scene, each by where it stands: the same function called elsewhere is asked anew. */
function callsOf(frame: Frame | null): string {
  if (frame === null) return "";
  const known = keys.get(frame);
  if (known !== undefined) return known;
  const { at } = frame;
  const own = at === undefined ? "" : `<${at.module.file}:${at.node.start}`;
  const key = `${own}${callsOf(frame.next)}`;
  keys.set(frame, key);
  return key;
}
