import type { Node } from "oxc-parser";
import { bindingAt, identifiersNamed, type Site } from "../../code/module.ts";
import { type Alternative, type Argument, type Engine, flatMap, isMissing, one, type Value } from "../../code/value.ts";
import { attributesNamed, callOf, type Provision, type Provisions, valuesOf } from "./provisions.ts";

/** Calls of React, by the name of the function. Null: nothing is known of it. */
export function reactCall(
  engine: Engine,
  provisions: Provisions,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const [first] = args;
  if ((name === "useContext" || name === "use") && first !== undefined) {
    return flatMap(valuesOf(first), (context) =>
      isContext(context) ? provided(engine, provisions, context, site) : one(context, site),
    );
  }
  if (name === "useRef") return first === undefined ? one({ kind: "plain", value: undefined }, site) : valuesOf(first);
  if (name === "useState") return state(engine, args, site);
  return null;
}

function isContext(value: Value): value is Extract<Value, { kind: "call" }> {
  return value.kind === "call" && calleeName(value.callee) === "createContext";
}

function calleeName(callee: Value): string | null {
  return callee.kind === "external" || callee.kind === "member" ? callee.name : null;
}

/** Values of the context's providers; its default where there is none, or where it is a value too. */
function provided(
  engine: Engine,
  provisions: Provisions,
  context: Extract<Value, { kind: "call" }>,
  site: Site,
): readonly Alternative[] {
  const places = provisions.remembered(context.site.node, () => providersOf(engine, provisions, context));
  const found: Provision[] = places.map(({ module, node, value }) => ({
    site: { module, node },
    values: engine.evaluate(value, { module, frame: null }),
  }));
  const standard = valuesOf(context.args[0]).filter(({ value }) => !isMissing(value));
  if (found.length === 0 && standard.length > 0) return standard;
  const values = provisions.choose(found, site, "the context");
  const isValue = standard.some(({ value }) => value.kind === "call");
  return isValue ? [...values, ...standard].map((each) => ({ ...each, sure: false })) : values;
}

/** Elements that provide a context, in the file that makes it and those that import it. */
function providersOf(
  engine: Engine,
  provisions: Provisions,
  context: Extract<Value, { kind: "call" }>,
): (Site & { readonly value: Node })[] {
  const found: (Site & { readonly value: Node })[] = [];
  const { module: home, node: made } = context.site;
  const declarator = home.parents.get(made);
  const own =
    declarator?.type === "VariableDeclarator" && declarator.id.type === "Identifier" ? declarator.id.name : null;
  // A default export goes by any name; others keep a word of their own in the text of whoever imports them.
  const named = own === null || /\bexport\s+default\b|\bas\s+default\b/.test(home.text) ? null : own;
  const mayProvide = (text: string): boolean => named === null || text.includes(named);
  for (const module of provisions.modules(["value="], home.file, mayProvide)) {
    for (const { element, value } of attributesNamed(module, "value")) {
      const name = contextName(element.name);
      if (name === null) continue;
      const same = engine
        .evaluate(name, { module, frame: null })
        .some(({ value: given }) => given.kind === "call" && given.site.node === made);
      if (same) found.push({ module, node: element, value });
    }
  }
  return found;
}

/** `<Context.Provider>` and, since React 19, `<Context>`. */
function contextName(name: Node): Extract<Node, { type: "JSXIdentifier" }> | null {
  if (name.type === "JSXIdentifier") return name;
  if (name.type !== "JSXMemberExpression" || name.property.name !== "Provider") return null;
  return name.object.type === "JSXIdentifier" ? name.object : null;
}

/** A list of the state and its setter: the first value, and what the setter is given in the same component. */
function state(engine: Engine, args: readonly Argument[], site: Site): readonly Alternative[] {
  const first = flatMap(valuesOf(args[0]), (value) =>
    value.kind === "function" ? engine.call(value, [], site, false, null) : one(value, site),
  );
  const { module, node } = site;
  const declarator = module.parents.get(node);
  const later: Alternative[] = [];
  const setter =
    declarator?.type === "VariableDeclarator" && declarator.id.type === "ArrayPattern"
      ? declarator.id.elements[1]
      : null;
  if (setter?.type === "Identifier") {
    const own = bindingAt(module, setter, setter.name);
    for (const identifier of identifiersNamed(module, setter.name)) {
      const [given] = callOf(module, identifier)?.arguments ?? [];
      if (bindingAt(module, identifier, setter.name) !== own) continue;
      if (given !== undefined && given.type !== "SpreadElement")
        later.push(...engine.evaluate(given, { module, frame: null }));
    }
  }
  const all = [...first, ...later].filter(({ value }) => !isMissing(value));
  const values = all.length === 0 ? one({ kind: "plain", value: undefined }, site) : all;
  const items = values.length === 1 ? values : values.map((each) => ({ ...each, sure: false }));
  return one({ kind: "list", changed: false, items: [{ spread: false, values: () => items }] }, site);
}
