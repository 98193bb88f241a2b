import type { Node } from "oxc-parser";
import { collectionMethod } from "./collections.ts";
import { flatItems, itemsOf } from "./items.ts";
import type { Site } from "./module.ts";
import { readPattern } from "./patterns.ts";
import type { Binding } from "./scope.ts";
import {
  type Alternative,
  type Argument,
  type Engine,
  type Frame,
  flatMap,
  one,
  type Scene,
  unknown,
  type Value,
} from "./value.ts";

const eachItem = new Set(["then", "map", "forEach", "filter", "find", "flatMap", "some", "every", "reduce"]);

/** `names.map((name) => …)`: the callback gets every item of the list; of a promise, what it holds. */
export function callbackItem(
  engine: Engine,
  fn: Node,
  index: number,
  scene: Scene,
  use: Site,
): readonly Alternative[] | null {
  const call = scene.module.parents.get(fn);
  if (call?.type !== "CallExpression") return null;
  const { callee } = call;
  const isFrom = call.arguments[1] === fn && memberName(callee) === "from";
  const at = memberName(callee) === "reduce" ? 1 : 0;
  if (index !== at || (call.arguments[0] !== fn && !isFrom)) return null;
  if (isFrom && call.arguments[0] !== undefined && call.arguments[0].type !== "SpreadElement") {
    return flatMap(
      engine.evaluate(call.arguments[0], scene),
      (list) => itemsOf(engine, list, use) ?? unknown("the list is only known when the program runs", use),
    );
  }
  if (
    callee.type !== "MemberExpression" ||
    callee.property.type !== "Identifier" ||
    !eachItem.has(callee.property.name)
  )
    return null;
  const objects = engine.evaluate(callee.object, scene);
  if (callee.property.name === "then") return objects;
  return flatMap(objects, (list) => eachRound(engine, list, scene, fn, use));
}

function valueArgument(value: Value, use: Site): Argument {
  return { spread: false, values: () => one(value, use) };
}

function memberName(callee: Node): string | null {
  return callee.type === "MemberExpression" && callee.property.type === "Identifier" ? callee.property.name : null;
}

export function loop(engine: Engine, binding: Binding, scene: Scene, use: Site): readonly Alternative[] {
  const declaration = binding.declaration;
  if (declaration.type !== "VariableDeclarator") return unknown("the loop cannot be followed", use);
  const list = scene.module.parents.get(declaration);
  const statement = list === undefined ? undefined : scene.module.parents.get(list);
  for (let frame = scene.frame; frame !== null; frame = frame.next) {
    // One round of the loop, chosen by whoever asks.
    const round = frame.fn === statement ? frame.args[0] : undefined;
    if (round !== undefined) return readPattern(engine, declaration.id, binding.identifier, round.values(), scene);
  }
  if (statement?.type === "ForInStatement") {
    const keys = flatMap(engine.evaluate(statement.right, scene), (value) => {
      const named = collectionMethod(
        engine,
        { kind: "global", name: "Object" },
        "keys",
        [valueArgument(value, use)],
        use,
      );
      return flatMap(named ?? [], (list) => itemsOf(engine, list, use) ?? []);
    });
    return keys.length > 0 ? keys : unknown(`"${binding.name}" is a key of an object`, use);
  }
  if (statement?.type !== "ForOfStatement") return unknown(`"${binding.name}" is a key of an object`, use);
  const items = flatMap(engine.evaluate(statement.right, scene), (value) =>
    eachRound(engine, value, scene, statement, use),
  );
  return readPattern(engine, declaration.id, binding.identifier, items, scene);
}

/** One item at a time: what is made from the same round of a loop belongs together. */
function eachRound(engine: Engine, list: Value, scene: Scene, loop: Node, use: Site): readonly Alternative[] {
  const known = list.kind === "list" && !list.changed && list.loose !== true ? flatItems(list.items) : null;
  if (known === null) return itemsOf(engine, list, use) ?? unknown("the list is only known when the program runs", use);
  const key = `${scene.module.file}:${loop.start}:${roundsOf(scene.frame)}`;
  return known.flatMap((entry, holds) =>
    entry.values().map((alternative) => ({ ...alternative, when: [...alternative.when, { key, holds, text: "" }] })),
  );
}

const frames = new WeakMap<Frame, number>();
let count = 0;

/** Tells the calls apart in which a loop runs. */
function roundsOf(frame: Frame | null): number {
  if (frame === null) return 0;
  const known = frames.get(frame) ?? ++count;
  frames.set(frame, known);
  return known;
}
