import type { Node } from "oxc-parser";
import { truthOfCondition } from "./conditions.ts";
import type { Site } from "./module.ts";
import type { Engine, Scene } from "./value.ts";

/**
 * Whether a place is never come to under the calls that are asked about: it stands in a branch that they do not take,
 * or behind a `return` that they do.
 */
export function isPassedBy(engine: Engine, { module, node }: Site): boolean {
  const scene: Scene = { module, frame: null };
  for (let from = node, at = module.parents.get(from); at !== undefined; from = at, at = module.parents.get(at)) {
    if (at.type === "IfStatement" || at.type === "ConditionalExpression") {
      if (at.test === from) continue;
      const truth = truthOfCondition(engine, at.test, scene);
      if (truth !== null && truth !== (at.consequent === from)) return true;
    } else if (at.type === "LogicalExpression" && at.right === from && at.operator !== "??") {
      const truth = truthOfCondition(engine, at.left, scene);
      if (truth !== null && truth !== (at.operator === "&&")) return true;
    } else if (at.type === "BlockStatement") {
      for (const statement of at.body) {
        if (statement === from) break;
        if (statement.type === "IfStatement" && isLeft(engine, statement, scene)) return true;
      }
    }
  }
  return false;
}

/** `if (…) return …;` with a condition that holds. */
function isLeft(engine: Engine, statement: Extract<Node, { type: "IfStatement" }>, scene: Scene): boolean {
  const taken = [statement.consequent, statement.alternate].map((branch) => branch !== null && leaves(branch));
  if (!taken[0] && !taken[1]) return false;
  const truth = truthOfCondition(engine, statement.test, scene);
  return truth !== null && taken[truth ? 0 : 1] === true;
}

function leaves(node: Node): boolean {
  if (node.type === "BlockStatement") return node.body.some((inner) => leaves(inner));
  return node.type === "ReturnStatement" || node.type === "ThrowStatement";
}
