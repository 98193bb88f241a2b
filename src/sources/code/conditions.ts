import type { Node } from "oxc-parser";
import { type Alternative, type Engine, type Primitive, primitive, type Scene, truthOf } from "./value.ts";

/** Whether a condition holds; null when that is only known when the program runs. */
export function truthOfCondition(engine: Engine, node: Node, scene: Scene): boolean | null {
  if (node.type === "LogicalExpression" && node.operator !== "??") {
    // One side that is known to decide makes the other one idle.
    const deciding = node.operator === "||";
    const left = truthOfCondition(engine, node.left, scene);
    if (left === deciding) return deciding;
    const right = truthOfCondition(engine, node.right, scene);
    return right === deciding ? deciding : left === null ? null : right;
  }
  if (node.type === "UnaryExpression" && node.operator === "!") {
    const inner = truthOfCondition(engine, node.argument, scene);
    return inner === null ? null : !inner;
  }
  const values = engine.plainly(() => engine.evaluate(node, scene));
  const truths = new Set(values.map(({ value, sure }) => (sure ? truthOf(value) : null)));
  const [only] = truths;
  return truths.size === 1 && only !== undefined ? only : null;
}

/** A branch under what its condition says: in `b ? b : c` and `a && b ? b : c` the first branch is never empty. */
export function branchValues(
  engine: Engine,
  test: Node,
  holds: boolean,
  branch: Node,
  scene: Scene,
): readonly Alternative[] {
  const values = engine.evaluate(branch, scene);
  const wording = ({ start, end }: Node): string => scene.module.text.slice(start, end);
  const said = trueParts(test, holds).some((node) => wording(node) === wording(branch));
  return said ? values.filter(({ value }) => truthOf(value) !== false) : values;
}

/** Variable of the build that a condition hangs on, when no committed file sets it. */
export function variableOf(engine: Engine, test: Node, scene: Scene): string | null {
  if (test.type === "LogicalExpression")
    return variableOf(engine, test.left, scene) ?? variableOf(engine, test.right, scene);
  if (test.type === "UnaryExpression") return variableOf(engine, test.argument, scene);
  for (const { value } of engine.plainly(() => engine.evaluate(test, scene))) {
    if (value.kind === "unknown" && value.env !== null) return value.env;
  }
  return null;
}

/** Parts of a condition that must be true for the whole to be what it is. */
function trueParts(test: Node, holds: boolean): readonly Node[] {
  if (test.type === "UnaryExpression" && test.operator === "!") return trueParts(test.argument, !holds);
  if (test.type === "LogicalExpression" && test.operator === (holds ? "&&" : "||"))
    return [...trueParts(test.left, holds), ...trueParts(test.right, holds)];
  return holds ? [test] : [];
}

/** Whether a condition is only not known because what it reads was read without certainty. */
export function isDoubted(engine: Engine, test: Node, scene: Scene): boolean {
  if (test.type === "LogicalExpression")
    return isDoubted(engine, test.left, scene) || isDoubted(engine, test.right, scene);
  if (test.type === "UnaryExpression") return isDoubted(engine, test.argument, scene);
  if (test.type === "CallExpression") return false;
  return engine.evaluate(test, scene).some(({ sure }) => !sure);
}

/** The case that a `switch` enters, -1 for none; null where only running tells. */
export function entryOf(engine: Engine, node: Extract<Node, { type: "SwitchStatement" }>, scene: Scene): number | null {
  const subject = only(engine.evaluate(node.discriminant, scene));
  if (subject === null) return null;
  for (const [at, branch] of node.cases.entries()) {
    if (branch.test === null) continue;
    const test = only(engine.evaluate(branch.test, scene));
    if (test === null) return null;
    if (test.of === subject.of) return at;
  }
  return node.cases.findIndex((branch) => branch.test === null);
}

function only(values: readonly Alternative[]): { readonly of: Primitive } | null {
  const [first, ...others] = values;
  return first === undefined || others.length > 0 || !first.sure || first.env !== null ? null : primitive(first.value);
}
