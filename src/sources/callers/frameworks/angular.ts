import type { Node } from "oxc-parser";
import type { Site } from "../../code/module.ts";
import { type Alternative, type Engine, flatMap, one, unknown, type Value } from "../../code/value.ts";
import { type Provision, type Provisions, propertiesNamed, sameKey, valuesOf } from "./provisions.ts";

const fire = /^@angular\/fire(?:\/|$)/;
const regionTokens = new Set(["REGION", "FunctionsRegionToken", "FUNCTIONS_REGION"]);
const originTokens = new Set(["ORIGIN", "FUNCTIONS_ORIGIN", "FunctionsOriginToken"]);

/** Stands for an Injector, whose `get` gives what `inject` does. */
export const injector: Value = { kind: "external", source: "@angular/core", name: "injector" };

/** What `inject(token)` gives, or a constructor's parameter of that type. Null: not known here. */
export function injected(
  engine: Engine,
  provisions: Provisions,
  token: Value,
  site: Site,
): readonly Alternative[] | null {
  if (token.kind === "external" && fire.test(token.source)) {
    if (token.name === "AngularFireFunctions") return compat(engine, provisions, token, site);
    if (token.name === "Functions") {
      return provisions.choose(modular(engine, provisions), site, "Functions (provideFunctions)");
    }
  }
  if (token.kind === "external" && token.source === "@angular/core" && token.name === "Injector")
    return one(injector, site);
  const provided = tokens(engine, provisions, (key) => sameKey(key, token));
  if (provided.length > 0) return provisions.choose(provided, site, "it");
  if (token.kind === "class") return one({ kind: "instance", node: token.node, scene: token.scene, args: null }, site);
  if (token.kind !== "call") return null;
  // `new InjectionToken("…", { factory: () => … })` provides itself.
  const factories = flatMap(valuesOf(token.args[1]), (options) => engine.member(options, "factory", site));
  const made = flatMap(factories, (fn) => (fn.kind === "function" ? engine.call(fn, [], site, false, null) : []));
  return made.length > 0 ? made : unknown("nothing in the tree provides its token", site);
}

/** `provideFunctions(() => getFunctions(…))`, wherever it stands. */
function modular(engine: Engine, provisions: Provisions): Provision[] {
  return provisions.calls("provideFunctions").flatMap(({ module, node }): Provision[] => {
    if (node.type !== "CallExpression") return [];
    const scene = { module, frame: null };
    const isFire = engine
      .evaluate(node.callee, scene)
      .some(({ value }) => value.kind === "external" && fire.test(value.source));
    const [factory] = node.arguments;
    if (!isFire || factory === undefined || factory.type === "SpreadElement") return [];
    const site = { module, node };
    const given = { spread: false, values: () => one(injector, site) };
    const values = flatMap(engine.evaluate(factory, scene), (made) => engine.call(made, [given], site, false, null));
    return [{ site, values }];
  });
}

/** The compat client is told its region, or an address of its own, by tokens; without them it is us-central1. */
function compat(engine: Engine, provisions: Provisions, token: Value, site: Site): readonly Alternative[] {
  const named = (names: ReadonlySet<string>): Provision[] =>
    tokens(engine, provisions, (key) => key.kind === "external" && fire.test(key.source) && names.has(key.name));
  const regions = named(regionTokens);
  const origins = named(originTokens);
  const found = [...regions, ...origins];
  const nothing = one({ kind: "plain", value: undefined }, site);
  const where = found.length === 0 ? nothing : provisions.choose(found, site, "a region");
  const args = [
    { spread: false, values: () => nothing },
    { spread: false, values: () => where },
  ];
  return one({ kind: "call", callee: token, args, constructed: true, site }, site);
}

/** `{ provide: TOKEN, useValue: … }` and its kin, for the tokens that are asked for. */
function tokens(engine: Engine, provisions: Provisions, wanted: (key: Value) => boolean): Provision[] {
  const found: Provision[] = [];
  for (const module of provisions.modules(["provide:", "use"])) {
    const scene = { module, frame: null };
    for (const property of propertiesNamed(module, "provide")) {
      const node = module.parents.get(property);
      const key = property.value;
      if (node?.type !== "ObjectExpression" || !engine.evaluate(key, scene).some(({ value }) => wanted(value)))
        continue;
      const site = { module, node };
      const value = propertyOf(node, "useValue");
      const factory = propertyOf(node, "useFactory");
      const made = propertyOf(node, "useClass") ?? propertyOf(node, "useExisting");
      if (value !== null) found.push({ site, values: engine.evaluate(value, scene) });
      else if (factory !== null) {
        const deps = propertyOf(node, "deps");
        const args = (deps?.type === "ArrayExpression" ? deps.elements : []).map((dep) => ({
          spread: false,
          values: () =>
            dep === null || dep.type === "SpreadElement"
              ? unknown("what the factory depends on cannot be followed", site)
              : flatMap(
                  engine.evaluate(dep, scene),
                  (type) => injected(engine, provisions, type, site) ?? one(type, site),
                ),
        }));
        const values = flatMap(engine.evaluate(factory, scene), (fn) => engine.call(fn, args, site, false, null));
        found.push({ site, values });
      } else if (made !== null) {
        const values = flatMap(
          engine.evaluate(made, scene),
          (type) => injected(engine, provisions, type, site) ?? unknown("what is provided cannot be followed", site),
        );
        found.push({ site, values });
      }
    }
  }
  return found;
}

function propertyOf(node: Extract<Node, { type: "ObjectExpression" }>, name: string): Node | null {
  for (const property of node.properties) {
    if (property.type === "Property" && property.key.type === "Identifier" && property.key.name === name)
      return property.value;
  }
  return null;
}

/** Token of a constructor's parameter in a class that is made by injection: `@Inject(TOKEN)`, or its type. */
export function tokenOf(engine: Engine, fn: Node, pattern: Node, site: Site): readonly Alternative[] | null {
  const { module } = site;
  const method = module.parents.get(fn);
  if (method?.type !== "MethodDefinition" || method.kind !== "constructor") return null;
  const body = module.parents.get(method);
  const owner = body === undefined ? undefined : module.parents.get(body);
  if (owner === undefined || !("decorators" in owner) || owner.decorators.length === 0) return null;
  const scene = { module, frame: null };
  const holder = module.parents.get(pattern);
  const decorators = [
    ...("decorators" in pattern ? (pattern.decorators ?? []) : []),
    ...(holder?.type === "TSParameterProperty" ? holder.decorators : []),
  ];
  for (const { expression } of decorators) {
    if (expression.type !== "CallExpression" || expression.callee.type !== "Identifier") continue;
    const [token] = expression.arguments;
    if (expression.callee.name === "Inject" && token !== undefined && token.type !== "SpreadElement")
      return engine.evaluate(token, scene);
  }
  const annotation = "typeAnnotation" in pattern ? pattern.typeAnnotation : null;
  if (annotation === null || annotation === undefined || annotation.type !== "TSTypeAnnotation") return null;
  const type = annotation.typeAnnotation;
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return null;
  return engine.evaluate(type.typeName, scene);
}
