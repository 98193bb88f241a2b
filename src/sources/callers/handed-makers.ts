import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import type { Module, Site } from "../code/module.ts";
import { expressionsNamed } from "../code/named-calls.ts";
import type { Project } from "../code/project.ts";
import { makerOf } from "./sdk.ts";
import type { Traced } from "./trace.ts";

const names = ["httpsCallable", "httpsCallableFromURL", "httpsCallableFromUrl"];

/**
 * Places where an SDK's function is not called but handed on under another name: bound, put into a list, given to
 * somebody. The calls that are made with it there are not seen, which is told.
 */
export function* handedMakers(project: Project, evaluator: Evaluator, files: ReadonlySet<string>): Generator<Traced> {
  for (const file of project.holdingAny(names)) {
    const module = files.has(file) ? project.module(file) : null;
    if (module === null || "kind" in module) continue;
    for (const name of names) {
      for (const node of expressionsNamed(module, name)) {
        if (!isHandedOn(module, node, name) || !isMaker(evaluator, { module, node })) continue;
        const reason = `${name} is handed on here, and the calls that are made with it cannot be seen`;
        yield { row: { module, node }, reaches: [], inwards: [], failures: [reason] };
      }
    }
  }
}

function isHandedOn(module: Module, node: Node, name: string): boolean {
  const parent = module.parents.get(node);
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === node && /^(?:bind|call|apply)$/.test(lastName(parent));
    case "CallExpression":
      // What is provided under a name is asked for under it.
      return parent.callee !== node && !/^(?:provide|inject|setContext)$/.test(lastName(parent.callee));
    case "Property":
      return (
        parent.value === node &&
        module.parents.get(parent)?.type === "ObjectExpression" &&
        (parent.computed || nameOf(parent.key) !== name)
      );
    case "AssignmentExpression":
      return parent.right === node && lastName(parent.left) !== name;
    case "ArrayExpression":
    case "ReturnStatement":
      return true;
    case "ArrowFunctionExpression":
      return parent.body === node;
    default:
      return false;
  }
}

function lastName(node: Node): string {
  return node.type === "MemberExpression" ? nameOf(node.property) : nameOf(node);
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : node.type === "Literal" ? String(node.value) : "";
}

function isMaker(evaluator: Evaluator, site: Site): boolean {
  const values = evaluator.ask(new Map(), () => evaluator.evaluate(site.node, { module: site.module, frame: null }));
  return values.some((value) => /^(?:callable|from-url)$/.test(makerOf(evaluator, value, [], site).kind));
}
