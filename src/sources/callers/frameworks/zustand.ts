import type { Node } from "oxc-parser";
import { identifiersNamed, isFunction, type Site } from "../../code/module.ts";
import { type Alternative, type Argument, type Engine, flatMap, one, unknown, type Value } from "../../code/value.ts";
import { type Provisions, valuesOf } from "./provisions.ts";

type Call = Extract<Value, { kind: "call" }>;

const makers = new Set(["create", "createStore", "createWithEqualityFn", "default"]);

/** The function that makes a store's state: of `create(fn)`, and of `create<State>()(fn)`. Null: it is no such store. */
function initializer(store: Value): Argument | null {
  if (store.kind !== "call") return null;
  const { callee } = store;
  const maker = callee.kind === "call" && callee.args.length === 0 ? callee.callee : callee;
  const isMaker = maker.kind === "external" && /^zustand(?:\/|$)/.test(maker.source) && makers.has(maker.name);
  return isMaker ? (store.args[0] ?? null) : null;
}

/** What calling a store, or a member of it, gives: what its selector takes out of the state that it starts with. */
export function zustandCall(
  engine: Engine,
  provisions: Provisions,
  callee: Value,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  if (callee.kind === "member") {
    const state = callee.name === "getState" ? initializer(callee.object) : null;
    return state === null ? null : stateOf(engine, provisions, callee.object as Call, state, site);
  }
  const [first, second] = args;
  const isHook = callee.kind === "external" && /^zustand(?:\/|$)/.test(callee.source) && /^useStore/.test(callee.name);
  const store = isHook ? valuesOf(first)[0]?.value : callee;
  const made = store === undefined ? null : initializer(store);
  if (made === null) return null;
  const selector = isHook ? second : first;
  const whole = stateOf(engine, provisions, store as Call, made, site);
  if (selector === undefined) return whole;
  return flatMap(selector.values(), (select) =>
    engine.call(select, [{ spread: false, values: () => whole }], site, false, null),
  );
}

/** The state as it is made; what `set` may put into it later is in doubt. */
function stateOf(
  engine: Engine,
  provisions: Provisions,
  store: Call,
  made: Argument,
  site: Site,
): readonly Alternative[] {
  return flatMap(made.values(), (value): readonly Alternative[] => {
    // Middleware is handed the function that it goes around.
    if (value.kind === "call" && value.callee.kind === "external" && /^zustand\//.test(value.callee.source))
      return value.args[0] === undefined ? one(value, site) : stateOf(engine, provisions, store, value.args[0], site);
    if (value.kind !== "function") return one(value, site);
    const given = (name: string): Argument => ({
      spread: false,
      values: () => one({ kind: "member", object: store, name }, site),
    });
    const api: Argument = { spread: false, values: () => one(store, site) };
    const states = engine.call(value, [given("setState"), given("getState"), api], site, false, null);
    const changed = changedBy(engine, provisions, store, value.node, value.scene.module);
    const later = unknown("the store's state is changed when the program runs", site);
    return states.flatMap((alternative): readonly Alternative[] => {
      if (changed === null) return [{ ...alternative, sure: false }, ...later];
      const members = [...changed].map((name): [string, Argument] => {
        const before = (): readonly Alternative[] =>
          flatMap([alternative], (state) => engine.member(state, name, site)).map((one) => ({ ...one, sure: false }));
        return [name, { spread: false, values: () => [...before(), ...later] }];
      });
      const whole: Argument = { spread: true, values: () => [alternative] };
      return [{ ...alternative, value: { kind: "record", members: new Map(members), spreads: [whole] } }];
    });
  });
}

/** Names that the initializer's own `set` and the store's `setState` write; null where they write what cannot be told. */
function changedBy(
  engine: Engine,
  provisions: Provisions,
  store: Call,
  fn: Node,
  module: Site["module"],
): ReadonlySet<string> | null {
  const names = new Set<string>();
  const [set] = isFunction(fn) ? fn.params : [];
  if (set !== undefined && set.type !== "Identifier") return null;
  for (const node of set === undefined ? [] : identifiersNamed(module, set.name)) {
    if (node.start < fn.start || node.end > fn.end || node === set) continue;
    const call = module.parents.get(node);
    if (call?.type !== "CallExpression" || call.callee !== node || !addWritten(call, names)) return null;
  }
  for (const { module: other, node } of provisions.calls("setState")) {
    if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") continue;
    const isOfStore = engine
      .evaluate(node.callee.object, { module: other, frame: null })
      .some(({ value }) => value.kind === "call" && value.site.node === store.site.node);
    if (isOfStore && !addWritten(node, names)) return null;
  }
  return names;
}

/** Adds the names that `set({ … })` or `set((state) => ({ … }))` writes; false where they cannot be told. */
function addWritten(call: Extract<Node, { type: "CallExpression" }>, names: Set<string>): boolean {
  const [given] = call.arguments;
  const body = given?.type === "ArrowFunctionExpression" ? given.body : given;
  if (body?.type !== "ObjectExpression") return false;
  for (const property of body.properties) {
    // `...state` puts back what is there.
    if (property.type === "SpreadElement") continue;
    if (property.computed || property.key.type !== "Identifier") return false;
    names.add(property.key.name);
  }
  return true;
}
