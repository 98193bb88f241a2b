import type { Node } from "oxc-parser";
import type { Evaluator } from "../code/evaluate.ts";
import { isFunction, type Site } from "../code/module.ts";
import type { Argument, Frame, Scene, Value } from "../code/value.ts";

const maxRounds = 1_000;

/**
 * The rounds of the loops around a place (`for … of`, `.forEach`, `.map`), each with what it goes through: one scene
 * (`outer`) where there is no loop, null where a list is only known when the program runs.
 */
export function roundsOf(evaluator: Evaluator, { module, node }: Site, outer: Scene): readonly Scene[] | null {
  const loops: { binder: Node; list: Node; keys: boolean }[] = [];
  for (let at = module.parents.get(node); at !== undefined; at = module.parents.get(at)) {
    if (at.type === "ForOfStatement") loops.unshift({ binder: at, list: at.right, keys: false });
    else if (at.type === "ForInStatement") loops.unshift({ binder: at, list: at.right, keys: true });
    else if (at.type === "ForStatement" || at.type === "WhileStatement") return null;
    else if (isFunction(at)) {
      const call = module.parents.get(at);
      const callee = call?.type === "CallExpression" && call.arguments[0] === at ? call.callee : null;
      if (callee?.type !== "MemberExpression" || callee.property.type !== "Identifier") return null;
      if (callee.property.name !== "forEach" && callee.property.name !== "map") return null;
      loops.unshift({ binder: at, list: callee.object, keys: false });
    }
  }
  let scenes: Scene[] = [outer];
  for (const { binder, list, keys } of loops) {
    const next: Scene[] = [];
    for (const scene of scenes) {
      const items = itemsIn(evaluator, list, scene, keys);
      if (items === null) return null;
      for (const item of items) {
        const frame: Frame = { fn: binder, args: [item], self: null, next: scene.frame };
        next.push({ module, frame });
      }
    }
    if (next.length > maxRounds) return null;
    scenes = next;
  }
  return scenes;
}

function itemsIn(evaluator: Evaluator, list: Node, scene: Scene, keys: boolean): readonly Argument[] | null {
  const values = evaluator.ask(new Map(), () => {
    const of = evaluator.evaluate(list, scene);
    if (!keys) return of;
    const keysOf: Value = { kind: "member", object: { kind: "global", name: "Object" }, name: "keys" };
    const site: Site = { module: scene.module, node: list };
    return evaluator.call(keysOf, [{ spread: false, values: () => of }], site, false, null);
  });
  const [only] = values;
  if (values.length !== 1 || only === undefined || !only.sure) return null;
  return itemsOfValue(only.value);
}

function itemsOfValue(value: Value): readonly Argument[] | null {
  if (value.kind !== "list" || value.changed) return null;
  const items: Argument[] = [];
  for (const item of value.items) {
    if (!item.spread) {
      items.push(item);
      continue;
    }
    const [inner, ...others] = item.values();
    const spread = inner === undefined || others.length > 0 ? null : itemsOfValue(inner.value);
    if (spread === null) return null;
    items.push(...spread);
  }
  return items;
}
