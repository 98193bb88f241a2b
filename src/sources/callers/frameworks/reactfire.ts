import type { Site } from "../../code/module.ts";
import { type Alternative, type Argument, type Engine, flatMap, one } from "../../code/value.ts";
import { attributesNamed, type Provision, type Provisions } from "./provisions.ts";

/** Calls of ReactFire: its Functions client sits in a provider. */
export function reactfireCall(
  engine: Engine,
  provisions: Provisions,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const [first] = args;
  if (name === "useFunctions") {
    const found: Provision[] = [];
    for (const module of provisions.modules(["FunctionsProvider", "sdk"])) {
      for (const { element, value } of attributesNamed(module, "sdk")) {
        if (element.name.type !== "JSXIdentifier" || element.name.name !== "FunctionsProvider") continue;
        found.push({ site: { module, node: element }, values: engine.evaluate(value, { module, frame: null }) });
      }
    }
    return provisions.choose(found, site, "Functions (FunctionsProvider)");
  }
  if (name === "useInitFunctions" && first !== undefined) {
    const data: Argument = {
      spread: false,
      values: () => flatMap(first.values(), (made) => engine.call(made, [], site, false, null)),
    };
    return one({ kind: "record", members: new Map([["data", data]]), spreads: [] }, site);
  }
  return null;
}
