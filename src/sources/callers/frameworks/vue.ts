import type { Node, ObjectExpression } from "oxc-parser";
import { identifiersNamed, type Module, type Site } from "../../code/module.ts";
import { type Alternative, type Argument, type Engine, flatMap, isMissing, one, type Value } from "../../code/value.ts";
import { argumentAt, type Provision, type Provisions, propertiesNamed, sameKey, valuesOf } from "./provisions.ts";

/** Functions of Vue that hand on a value, or what their function returns; `.value` is left out where it is read. */
const passing = new Map<string, "first" | "result">([
  ["ref", "first"],
  ["shallowRef", "first"],
  ["reactive", "first"],
  ["shallowReactive", "first"],
  ["readonly", "first"],
  ["markRaw", "first"],
  ["toRaw", "first"],
  ["toRef", "first"],
  ["toRefs", "first"],
  ["unref", "first"],
  ["storeToRefs", "first"],
  ["defineComponent", "first"],
  ["computed", "result"],
  ["createSharedComposable", "first"],
  ["createGlobalState", "first"],
]);

/** Calls of Vue and of what its tools import by themselves, by the name of the function. */
export function vueCall(
  engine: Engine,
  provisions: Provisions,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const [first, second] = args;
  const passes = passing.get(name);
  if (passes !== undefined && first !== undefined) {
    if (passes === "first") return valuesOf(first);
    return flatMap(valuesOf(first), (value) =>
      value.kind === "function" ? engine.call(value, [], site, false, null) : engine.member(value, "get", site),
    );
  }
  if (name !== "inject" || first === undefined) return null;
  return flatMap(valuesOf(first), (key) => {
    const found = provisionsOf(engine, provisions, key);
    const standard = valuesOf(second);
    if (found.length === 0 && standard.length > 0) return standard;
    return provisions.choose(found, site, key.kind === "text" ? `"${key.text}"` : "the key");
  });
}

/** `provide(key, value)`, `app.provide(key, value)`, and the `provide` of a component's options. */
function provisionsOf(engine: Engine, provisions: Provisions, key: Value): Provision[] {
  const found: Provision[] = [];
  for (const { module, node } of provisions.calls("provide")) {
    const [name, given] = [argumentAt(node, 0), argumentAt(node, 1)];
    if (name === null || given === null) continue;
    const scene = { module, frame: null };
    if (!engine.evaluate(name, scene).some(({ value }) => sameKey(value, key))) continue;
    found.push({ site: { module, node }, values: engine.evaluate(given, scene) });
  }
  if (key.kind !== "text") return found;
  for (const module of provisions.modules(["provide", key.text])) {
    for (const node of propertiesNamed(module, "provide")) {
      if (node.value.type === "Identifier") continue;
      const site = { module, node };
      const values = flatMap(engine.evaluate(node.value, { module, frame: null }), (value) => {
        const made = value.kind === "function" ? engine.call(value, [], site, false, null) : one(value, site);
        return flatMap(made, (object) =>
          object.kind === "object"
            ? engine.member(object, key.text, site)
            : one({ kind: "plain", value: undefined }, site),
        );
      }).filter(({ value }) => !isMissing(value));
      if (values.length > 0) found.push({ site, values });
    }
  }
  return found;
}

const parts = new Set(["methods", "computed", "watch", "actions", "getters"]);
const makers = new Set(["defineComponent", "defineStore", "extend", "component", "mixin", "createApp", "Vue", "Store"]);

/**
 * `this` in a component's options or a store's: what its data, computed values, methods and injections give. Null: the
 * function is no member of such an object.
 */
export function optionsSelf(
  engine: Engine,
  provisions: Provisions,
  fn: Node,
  module: Module,
  globals: (name: string, site: Site) => readonly Alternative[],
): Value | null {
  const property = module.parents.get(fn);
  const inner = property === undefined ? undefined : module.parents.get(property);
  if (property?.type !== "Property" || inner?.type !== "ObjectExpression") return null;
  const part = module.parents.get(inner);
  const isPart = part?.type === "Property" && part.key.type === "Identifier" && parts.has(part.key.name);
  const options = isPart ? module.parents.get(part) : inner;
  if (options?.type !== "ObjectExpression" || !isOptions(module, options)) return null;
  return optionsValue(engine, provisions, options, module, globals);
}

function isOptions(module: Module, options: ObjectExpression): boolean {
  const holder = module.parents.get(options);
  if (holder?.type === "ExportDefaultDeclaration") return true;
  if (holder?.type !== "CallExpression" && holder?.type !== "NewExpression") return false;
  const callee = holder.callee.type === "MemberExpression" ? holder.callee.property : holder.callee;
  return callee.type === "Identifier" && makers.has(callee.name);
}

/** What an object of options makes of itself, as one record. */
export function optionsValue(
  engine: Engine,
  provisions: Provisions,
  options: ObjectExpression,
  module: Module,
  globals: (name: string, site: Site) => readonly Alternative[],
): Value {
  const scene = { module, frame: null };
  const site: Site = { module, node: options };
  const members = new Map<string, Argument>();
  const value: Value = { kind: "record", members, spreads: [] };
  const spreads: Argument[] = [];
  for (const property of options.properties) {
    if (property.type !== "Property" || property.key.type !== "Identifier") continue;
    const name = property.key.name;
    if (name === "methods" || name === "actions") {
      for (const [key, node] of membersOf(property.value)) {
        members.set(key, {
          spread: false,
          values: () =>
            engine
              .evaluate(node, scene)
              .map((each) =>
                each.value.kind === "function" ? { ...each, value: { ...each.value, self: value } } : each,
              ),
        });
      }
    } else if (name === "computed" || name === "getters") {
      for (const [key, node] of membersOf(property.value)) {
        const self: Argument = { spread: false, values: () => one(value, site) };
        members.set(key, {
          spread: false,
          values: () => flatMap(engine.evaluate(node, scene), (made) => engine.call(made, [self], site, false, value)),
        });
      }
    } else if (name === "data" || name === "state" || name === "setup") {
      const made: Argument = {
        spread: true,
        values: () =>
          flatMap(engine.evaluate(property.value, scene), (each) =>
            each.kind === "function" ? engine.call(each, [], site, false, value) : one(each, site),
          ).filter((each) => each.value.kind === "object" || each.value.kind === "record"),
      };
      spreads.push(made);
    } else if (name === "inject" && property.value.type === "ArrayExpression") {
      for (const element of property.value.elements) {
        if (element?.type !== "Literal" || typeof element.value !== "string") continue;
        const key = element.value;
        members.set(key, {
          spread: false,
          values: () => vueCall(engine, provisions, "inject", [textArgument(key, site)], site) ?? [],
        });
      }
    }
  }
  // What the whole application has: only names that begin with "$" are looked for.
  for (const [, name = ""] of module.text.matchAll(/\bthis\.(\$\w+)/g)) {
    if (!members.has(name)) members.set(name, { spread: false, values: () => globals(name, site) });
  }
  return Object.assign(value, { spreads });
}

function textArgument(key: string, site: Site): Argument {
  return { spread: false, values: () => one({ kind: "text", text: key, holes: [] }, site) };
}

function* membersOf(node: Node): Generator<[string, Node]> {
  if (node.type !== "ObjectExpression") return;
  for (const property of node.properties) {
    if (property.type === "Property" && property.key.type === "Identifier") yield [property.key.name, property.value];
  }
}

/** `app.config.globalProperties.$x = …` and `Vue.prototype.$x = …`. */
export function globalProperty(
  engine: Engine,
  provisions: Provisions,
  name: string,
  site: Site,
): readonly Alternative[] {
  const found: Provision[] = [];
  for (const module of provisions.modules([name])) {
    for (const identifier of identifiersNamed(module, name)) {
      const left = module.parents.get(identifier);
      const node = left === undefined ? undefined : module.parents.get(left);
      if (left?.type !== "MemberExpression" || node?.type !== "AssignmentExpression" || node.left !== left) continue;
      const { object } = left;
      if (object.type !== "MemberExpression" || object.property.type !== "Identifier") continue;
      if (object.property.name !== "globalProperties" && object.property.name !== "prototype") continue;
      found.push({ site: { module, node }, values: engine.evaluate(node.right, { module, frame: null }) });
    }
  }
  return provisions.choose(found, site, `"${name}"`);
}
