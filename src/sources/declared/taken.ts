import { truthOfCondition } from "../code/conditions.ts";
import type { Evaluator } from "../code/evaluate.ts";
import { isFunction, type Site } from "../code/module.ts";

/**
 * Whether a statement runs where functions are deployed, as far as the conditions around it tell, up to the function
 * it stands in: null when one of them cannot be told.
 */
export function isTaken(evaluator: Evaluator, site: Site): boolean | null {
  const { module } = site;
  const scene = { module, frame: null };
  let taken: boolean | null = true;
  for (
    let node = site.node, at = module.parents.get(node);
    at !== undefined && !isFunction(at);
    node = at, at = module.parents.get(at)
  ) {
    let truth: boolean | null = true;
    if (at.type === "IfStatement" && at.test !== node) {
      const { test, consequent } = at;
      const holds = evaluator.ask(new Map(), () => truthOfCondition(evaluator, test, scene));
      truth = holds === null ? null : holds === (consequent === node);
    } else if (at.type === "LogicalExpression" && at.right === node && at.operator !== "??") {
      const { left, operator } = at;
      const holds = evaluator.ask(new Map(), () => truthOfCondition(evaluator, left, scene));
      truth = holds === null ? null : holds === (operator === "&&");
    } else if (at.type === "SwitchCase" || at.type === "CatchClause") truth = null;
    if (truth === false) return false;
    if (truth === null) taken = null;
  }
  return taken;
}
