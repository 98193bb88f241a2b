import type { Node } from "oxc-parser";
import { bindingAt, identifiersNamed, isFunction, type Module } from "./module.ts";
import type { Binding } from "./scope.ts";

/** Functions of libraries that write into their first argument. */
const writers = /^(?:merge|mergeWith|assign|assignIn|extend|defaults|defaultsDeep|set|unset|update)$/;

const known = new WeakMap<Binding, readonly Node[]>();

/** Calls that are given an object and may write into it: `configure(options)`, where `configure` sets a member of it. */
export function writingCalls(module: Module, binding: Binding): readonly Node[] {
  let calls = known.get(binding);
  if (calls === undefined) {
    calls = identifiersNamed(module, binding.name).flatMap((node): Node[] => {
      const call = module.parents.get(node);
      if (call?.type !== "CallExpression" || call.callee === node) return [];
      const index = (call.arguments as readonly Node[]).indexOf(node);
      if (index < 0 || !mayWrite(module, call.callee, index)) return [];
      return bindingAt(module, node, binding.name) === binding ? [call] : [];
    });
    known.set(binding, calls);
  }
  return calls;
}

function mayWrite(module: Module, callee: Node, index: number): boolean {
  if (callee.type === "MemberExpression") {
    const { object, property } = callee;
    const ofLibrary = object.type === "Identifier" && /^(?:_|lodash|\$|jQuery|angular)$/.test(object.name);
    return ofLibrary && index === 0 && property.type === "Identifier" && writers.test(property.name);
  }
  if (callee.type !== "Identifier") return false;
  const declaration = bindingAt(module, callee, callee.name)?.declaration;
  const fn = declaration?.type === "VariableDeclarator" ? declaration.init : declaration;
  if (fn === undefined || fn === null || !isFunction(fn)) return false;
  const given = fn.params[index];
  const parameter = given?.type === "AssignmentPattern" ? given.left : given;
  if (parameter?.type !== "Identifier" || fn.body === null) return false;
  const inside = bindingAt(module, fn.body, parameter.name);
  return inside !== null && inside.writes.length > 0;
}
