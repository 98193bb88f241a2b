import type { Node } from "oxc-parser";
import type { Module, Site } from "../../code/module.ts";
import { type Alternative, type Argument, type Engine, flatMap, one, type Value } from "../../code/value.ts";
import { type Provisions, valuesOf } from "./provisions.ts";
import { optionsValue } from "./vue.ts";

type Globals = (name: string, site: Site) => readonly Alternative[];

/** `useStore()` where `useStore` was made by Pinia's `defineStore`. */
export function storeOf(
  engine: Engine,
  provisions: Provisions,
  definition: Extract<Value, { kind: "call" }>,
  site: Site,
  globals: Globals,
): readonly Alternative[] | null {
  const [first, second] = definition.args;
  const made = second === undefined ? valuesOf(first) : valuesOf(second);
  return flatMap(made, (value) => {
    if (value.kind === "function") return engine.call(value, [], site, false, null);
    if (value.kind !== "object") return one(value, site);
    return one(optionsValue(engine, provisions, value.node, value.scene.module, globals), site);
  });
}

/** A Vuex store: its state under `state`. */
export function vuexStore(engine: Engine, args: readonly Argument[], site: Site): readonly Alternative[] {
  const state: Argument = {
    spread: false,
    values: () =>
      flatMap(valuesOf(args[0]), (options) =>
        flatMap(engine.member(options, "state", site), (value) =>
          value.kind === "function" ? engine.call(value, [], site, false, null) : one(value, site),
        ),
      ),
  };
  return one({ kind: "record", members: new Map([["state", state]]), spreads: [] }, site);
}

/** The first parameter of an action or getter of a Vuex store holds its state. */
export function vuexContext(engine: Engine, fn: Node, index: number, module: Module): readonly Alternative[] | null {
  const property = module.parents.get(fn);
  const inner = property === undefined ? undefined : module.parents.get(property);
  const part = inner === undefined ? undefined : module.parents.get(inner);
  if (index !== 0 || property?.type !== "Property" || part?.type !== "Property") return null;
  const name = part.key.type === "Identifier" ? part.key.name : "";
  const options = module.parents.get(part);
  if (!["actions", "getters", "mutations"].includes(name) || options?.type !== "ObjectExpression") return null;
  const maker = module.parents.get(options);
  if (maker?.type !== "CallExpression" && maker?.type !== "NewExpression") return null;
  const callee = maker.callee.type === "MemberExpression" ? maker.callee.property : maker.callee;
  if (callee.type !== "Identifier" || (callee.name !== "createStore" && callee.name !== "Store")) return null;
  const site = { module, node: maker };
  const args = [{ spread: false, values: () => engine.evaluate(options, { module, frame: null }) }];
  const context = vuexStore(engine, args, site);
  return name === "actions" ? context : flatMap(context, (value) => engine.member(value, "state", site));
}
