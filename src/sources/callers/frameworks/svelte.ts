import { bindingAt, type Site } from "../../code/module.ts";
import type { Alternative, Argument, Engine } from "../../code/value.ts";
import { flatMap } from "../../code/value.ts";
import { argumentAt, type Provision, type Provisions, sameKey, valuesOf } from "./provisions.ts";

/** Calls of Svelte: contexts and stores. A store stands for what it holds, since `$store` and `get` read it. */
export function svelteCall(
  engine: Engine,
  provisions: Provisions,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const [first, second] = args;
  if (first === undefined) return null;
  if (name === "writable" || name === "readable" || name === "get" || name === "readonly" || name === "fromStore")
    return valuesOf(first);
  if (name === "derived") {
    return flatMap(valuesOf(second), (made) => engine.call(made, [first], site, false, null));
  }
  if (name !== "getContext") return null;
  return flatMap(valuesOf(first), (key) => {
    const found: Provision[] = [];
    for (const { module, node } of provisions.calls("setContext")) {
      const [given, value] = [argumentAt(node, 0), argumentAt(node, 1)];
      const scene = { module, frame: null };
      if (given === null || value === null) continue;
      if (engine.evaluate(given, scene).some((other) => sameKey(other.value, key)))
        found.push({ site: { module, node }, values: engine.evaluate(value, scene) });
    }
    return provisions.choose(found, site, key.kind === "text" ? `the context "${key.text}"` : "the context");
  });
}

/** Runes of Svelte 5 that hand on what they are given. */
export const runes = new Set(["$state", "$derived"]);

/** `$store` in a component: what the store of that name holds. */
export function storeValue(engine: Engine, name: string, site: Site): readonly Alternative[] | null {
  const { module, node } = site;
  if (!module.file.endsWith(".svelte") || node.type !== "Identifier" || !/^\$[A-Za-z_]/.test(name)) return null;
  const store = name.slice(1);
  if (bindingAt(module, node, store) === null) return null;
  return engine.named(store, node, { module, frame: null });
}
