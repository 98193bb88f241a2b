// Longer than 300 lines: one table of what calls give back, whose entries share how arguments are read.
import type { Node, SwitchCase } from "oxc-parser";
import { collectionMethod, fromEntries } from "./collections.ts";
import { entryOf, truthOfCondition } from "./conditions.ts";
import { fromData, itemsOf } from "./items.ts";
import { isFunction, type Site } from "./module.ts";
import { findsIn, patternFor, stringMethod, urlFrom } from "./strings.ts";
import {
  type Alternative,
  type Argument,
  asText,
  type Engine,
  flatMap,
  isMissing,
  maxText,
  nothing,
  one,
  parameterIn,
  primitive,
  type Scene,
  text,
  truthOf,
  unknown,
  type Value,
} from "./value.ts";
import { mapGet } from "./writes.ts";

/** Functions of packages that hand back what they were given, or what their function returns. */
const passing: ReadonlyMap<string, "first" | "result"> = new Map([
  ["react:useMemo", "result"],
  ["react:useCallback", "first"],
  ["react:memo", "first"],
  ["react:forwardRef", "first"],
  ["react:cache", "first"],
  ["vue:markRaw", "first"],
  ["vue:shallowReactive", "first"],
  ["@angular/core:runInInjectionContext", "result"],
]);

/** What a call gives: functions of the tree are entered, text methods are worked out, the rest stays a term. */
export function callValue(
  engine: Engine,
  callee: Value,
  args: readonly Argument[],
  site: Site,
  constructed: boolean,
  self: Value | null,
): readonly Alternative[] {
  if (callee.kind === "external" || callee.kind === "global" || callee.kind === "member" || callee.kind === "call") {
    const known = engine.libraries?.call(engine, callee, args, site) ?? null;
    if (known !== null) return known;
  }
  switch (callee.kind) {
    case "function":
      return enter(engine, callee, args, site, self);
    case "class":
      if (!constructed) return unknown("a class is called without new", site);
      return one({ kind: "instance", node: callee.node, scene: callee.scene, args }, site);
    case "member":
      return method(engine, callee, args, site, constructed);
    case "global":
      return (
        (constructed ? made(engine, callee.name, args, site) : globalCall(engine, callee.name, args, site)) ??
        term(callee, args, site, constructed)
      );
    case "external": {
      const passes = passing.get(`${callee.source}:${callee.name}`);
      const first = args[0];
      if (passes === undefined || first === undefined || first.spread) return term(callee, args, site, constructed);
      if (passes === "first") return first.values();
      return flatMap(first.values(), (value) => engine.call(value, [], site, false, null));
    }
    case "unknown":
      return one(callee, site);
    case "call":
    case "parameter":
      return term(callee, args, site, constructed);
    default:
      return unknown("what is called is no function", site);
  }
}

function term(callee: Value, args: readonly Argument[], site: Site, constructed: boolean): readonly Alternative[] {
  return one({ kind: "call", callee, args, constructed, site }, site);
}

/** `new Map(…)`, `new Set(…)`, `new URL(…)`: what the code can read back from them. */
function made(engine: Engine, name: string, args: readonly Argument[], site: Site): readonly Alternative[] | null {
  const [first, second] = args;
  if (name === "Map") {
    const empty: Value = { kind: "record", members: new Map(), spreads: [] };
    const entries =
      first === undefined
        ? one(empty, site)
        : flatMap(first.values(), (value) =>
            value.kind === "plain" ? one(empty, site) : fromEntries(engine, value, site),
          );
    return flatMap(entries, (record) => one({ kind: "map", entries: record, writes: [] }, site));
  }
  if (name === "Set") return first === undefined ? null : first.values();
  if (name === "URL" && first !== undefined && !first.spread) {
    return flatMap(first.values(), (path) =>
      second === undefined ? one(path, site) : flatMap(second.values(), (base) => one(urlFrom(path, base), site)),
    );
  }
  return null;
}

function globalCall(
  engine: Engine,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const first = args[0];
  if (first === undefined || first.spread) return null;
  if (name === "require") {
    return flatMap(first.values(), (value) =>
      value.kind === "text" && value.holes.length === 0
        ? one(engine.resolveSpecifier(site.module, value.text), site)
        : unknown("the module is chosen when the program runs", site),
    );
  }
  if (name === "String") return flatMap(first.values(), (value) => stringResult(value, "toString", [], site));
  if (name === "Number" || name === "parseInt" || name === "parseFloat") {
    return flatMap(first.values(), (value) => {
      const known = primitive(value);
      if (known === null || args.length > 1) return unknown(`${name}() is only known when the program runs`, site);
      const read = name === "Number" ? Number : name === "parseInt" ? Number.parseInt : Number.parseFloat;
      return one({ kind: "plain", value: read(String(known.of)) }, site);
    });
  }
  if (name === "Boolean") {
    return flatMap(first.values(), (value) => {
      const truth = truthOf(value);
      if (truth !== null) return one({ kind: "plain", value: truth }, site);
      return unknown("its condition is not known before it runs", site, value.kind === "unknown" ? value.env : null);
    });
  }
  return null;
}

function method(
  engine: Engine,
  callee: Extract<Value, { kind: "member" }>,
  args: readonly Argument[],
  site: Site,
  constructed: boolean,
): readonly Alternative[] {
  const { object, name } = callee;
  const first = args[0];
  if (object.kind === "external" && (object.name === "default" || object.name === "*")) {
    // React.useMemo is useMemo.
    const passes = passing.has(`${object.source}:${name}`);
    if (passes) return callValue(engine, { ...object, name }, args, site, constructed, null);
  }
  if (object.kind === "text" || (object.kind === "plain" && object.value !== undefined && object.value !== null)) {
    if (name === "split" || args.some((arg) => arg.spread)) return split(object, name, args, site);
    if ((name === "replace" || name === "replaceAll") && first !== undefined && args[1] !== undefined) {
      const by = args[1].values();
      if (by.some(({ value }) => value.kind === "function")) return replacedBy(engine, object, name, first, by, site);
    }
    return product(args, (values) => stringResult(object, name, values, site));
  }
  if (object.kind === "global" && object.name === "JSON" && name === "parse" && first !== undefined) {
    return flatMap(first.values(), (source) => parsed(source, site));
  }
  if (object.kind === "pattern" && name === "test" && first !== undefined) {
    return flatMap(first.values(), (subject) => tested(object, subject, site));
  }
  if (object.kind === "function" && (name === "call" || name === "apply" || name === "bind"))
    return onGiven(engine, object, name, args, site);
  const collected = collectionMethod(engine, object, name, args, site);
  if (collected !== null) return collected;
  if (object.kind === "map" && name === "get" && first !== undefined) {
    return flatMap(first.values(), (key) => {
      if (key.kind === "text" && key.holes.length === 0) return mapGet(engine, object, key.text, site);
      if (parameterIn(key) !== null) return one(key, site);
      return itemsOf(engine, object.entries, site) ?? unknown("the key is only known when the program runs", site);
    });
  }
  if (object.kind === "global" && object.name === "Object") {
    if ((name === "freeze" || name === "seal") && first !== undefined) return first.values();
    if (name === "assign" && args.length > 0) {
      return one({ kind: "record", members: new Map(), spreads: args }, site);
    }
  }
  if (name === "value" && object.kind === "call" && isParam(object.callee)) return paramValue(engine, object, site);
  // A promise of a module, or of a value, hands it to its callback.
  if (
    name === "then" &&
    first !== undefined &&
    (object.kind === "module" || object.kind === "external" || object.kind === "call")
  ) {
    return flatMap(first.values(), (value) =>
      value.kind === "function"
        ? engine.call(value, [{ spread: false, values: () => one(object, site) }], site, false, null)
        : unknown("what a promise is handed to cannot be followed", site),
    );
  }
  return term(callee, args, site, constructed);
}

/** `fn.call(self, …)`, `fn.apply(self, […])`, `fn.bind(self)`. */
function onGiven(
  engine: Engine,
  fn: Extract<Value, { kind: "function" }>,
  name: "call" | "apply" | "bind",
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] {
  const [given, second] = args;
  if (args.some((arg) => arg.spread)) return unknown("its arguments are spread from a list", site);
  return flatMap(given?.values() ?? one({ kind: "plain", value: undefined }, site), (self) => {
    const bound: Value = isMissing(self) ? fn : { ...fn, self };
    if (name === "call") return engine.call(bound, args.slice(1), site, false, null);
    if (name === "bind") return args.length < 2 ? one(bound, site) : unknown("its arguments are bound to it", site);
    return flatMap(second?.values() ?? [], (list) =>
      list.kind === "list" && !list.changed && list.loose !== true
        ? engine.call(bound, list.items, site, false, null)
        : unknown("its arguments are spread from a list", site),
    );
  });
}

/** `defineString` of firebase-functions: a variable of the deployment with a default of its own. */
function isParam(callee: Value): boolean {
  if (callee.kind === "external")
    return callee.source === "firebase-functions/params" && callee.name === "defineString";
  return callee.kind === "member" && callee.name === "defineString" && isParams(callee.object);
}

function isParams(value: Value): boolean {
  if (value.kind === "external") return value.source === "firebase-functions/params";
  return value.kind === "member" && value.name === "params";
}

function paramValue(engine: Engine, param: Extract<Value, { kind: "call" }>, site: Site): readonly Alternative[] {
  const environment: Value = { kind: "member", object: { kind: "global", name: "process" }, name: "env" };
  return flatMap(param.args[0]?.values() ?? [], (named) => {
    if (named.kind !== "text" || named.holes.length > 0) return unknown("the parameter's name is not known", site);
    const name = named.text;
    const set = engine.member(environment, name, site);
    if (set.every(({ value }) => value.kind !== "unknown")) return set;
    const defaults = flatMap(param.args[1]?.values() ?? [], (options) => engine.member(options, "default", site));
    const given = defaults.filter(({ value }) => value.kind === "text");
    if (given.length === 0) return set;
    return given.map((alternative) => ({
      ...alternative,
      when: [...alternative.when, { key: `env ${name}`, holds: false, text: `${name} unset` }],
      env: alternative.env ?? { name, use: "fallback" as const },
      sure: false,
    }));
  });
}

/** `text.replace(what, (found) => …)`: every find is handed to the function. */
function replacedBy(
  engine: Engine,
  subject: Value,
  name: "replace" | "replaceAll",
  search: Argument,
  by: readonly Alternative[],
  site: Site,
): readonly Alternative[] {
  return flatMap(search.values(), (what) =>
    flatMap(by, (fn) => {
      const finds = findsIn(subject, what, name === "replaceAll");
      if (finds === null) return unknown(`.${name}() is only known when the program runs`, site);
      let parts = one(text(""), site);
      let at = 0;
      const whole = asText(subject).text;
      for (const { index, groups } of finds) {
        const before = text(whole.slice(at, index));
        at = index + (groups[0] ?? "").length;
        const given = groups.map((group): Argument => {
          const value: Value = group === undefined ? { kind: "plain", value: undefined } : text(group);
          return { spread: false, values: () => one(value, site) };
        });
        const puts = engine.call(fn, given, site, false, null);
        parts = flatMap(parts, (left) => flatMap(puts, (put) => stringResult(left, "concat", [before, put], site)));
      }
      return flatMap(parts, (left) => stringResult(left, "concat", [text(whole.slice(at))], site));
    }),
  );
}

/** `JSON.parse` of a text that stands in the source. */
function parsed(source: Value, site: Site): readonly Alternative[] {
  if (source.kind === "text" && source.holes.length === 0) {
    try {
      return one(fromData(JSON.parse(source.text), site.module.file), site);
    } catch {
      return unknown("what is parsed is no JSON", site);
    }
  }
  return unknown("what is parsed is only known when the program runs", site);
}

function tested(pattern: Extract<Value, { kind: "pattern" }>, subject: Value, site: Site): readonly Alternative[] {
  const known = primitive(subject);
  const made = known === null || /[gy]/.test(pattern.flags) ? null : patternFor(pattern, String(known.of));
  if (known === null || made === null) return unknown("its condition is not known before it runs", site);
  return one({ kind: "plain", value: made.test(String(known.of)) }, site);
}

function split(object: Value, name: string, args: readonly Argument[], site: Site): readonly Alternative[] {
  const [by] = args[0]?.values() ?? [];
  if (name !== "split" || object.kind !== "text" || object.holes.length > 0)
    return unknown(`.${name}() is only known when the program runs`, site);
  if (args.length !== 1 || by?.value.kind !== "text" || by.value.holes.length > 0) {
    return unknown(`.${name}() is only known when the program runs`, site);
  }
  const items = object.text.split(by.value.text);
  if (items.length > maxText) return unknown(`.${name}() is only known when the program runs`, site);
  return one(
    {
      kind: "list",
      changed: false,
      items: items.map((item) => ({ spread: false, values: () => one(text(item), site) })),
    },
    site,
  );
}

function stringResult(object: Value, name: string, args: readonly Value[], site: Site): readonly Alternative[] {
  if (object.kind === "unknown") return one(object, site);
  if (object.kind !== "text" && object.kind !== "plain") return one({ kind: "member", object, name }, site);
  const result = stringMethod(object, name, args);
  if (result === null) return unknown(`.${name}() is only known when the program runs`, site);
  if (result.kind === "text" && result.text.length > 4_096) return unknown("the text grows past 4096 characters", site);
  return one(result, null);
}

/** Calls `step` with every combination of argument values. */
function product(
  args: readonly Argument[],
  step: (values: readonly Value[]) => readonly Alternative[],
  chosen: readonly Value[] = [],
): readonly Alternative[] {
  const next = args[chosen.length];
  if (next === undefined) return step(chosen);
  return flatMap(next.values(), (value) => product(args, step, [...chosen, value]));
}

function enter(
  engine: Engine,
  callee: Extract<Value, { kind: "function" }>,
  args: readonly Argument[],
  site: Site,
  self: Value | null,
): readonly Alternative[] {
  const { node } = callee;
  if (!isFunction(node)) return unknown("what is called is no function", site);
  let depth = 0;
  for (let frame = callee.scene.frame; frame !== null; frame = frame.next) depth++;
  if (depth > 24) return unknown("the calls are nested too deeply to follow", site);
  if (node.type !== "ArrowFunctionExpression" && node.generator)
    return unknown("what a generator yields is not followed", site);
  const scene: Scene = {
    module: callee.scene.module,
    frame: { fn: node, args, self: callee.self ?? self, next: callee.scene.frame, at: site },
  };
  if (node.body === null) return unknown("the function has no body here", site);
  if (node.body.type !== "BlockStatement") return engine.evaluate(node.body, scene);
  const returned: Returned = { values: [] };
  const falls = run(engine, node.body.body, scene, returned);
  if (falls && returned.values.length === 0) return one({ kind: "plain", value: undefined }, site);
  if (returned.values.length === 0) return unknown("the function never returns", site);
  if (!falls) return returned.values;
  // A function that may also fall off its end gives nothing there.
  return [...returned.values, ...one(nothing, site)].map((value) => ({ ...value, sure: false }));
}

interface Returned {
  readonly values: Alternative[];
}

/** Follows statements to the returns they reach; true when control can run on past the last one. */
function run(engine: Engine, statements: readonly Node[], scene: Scene, returned: Returned): boolean {
  for (const statement of statements) if (!step(engine, statement, scene, returned)) return false;
  return true;
}

function step(engine: Engine, node: Node, scene: Scene, returned: Returned): boolean {
  switch (node.type) {
    case "ReturnStatement":
      if (node.argument === null)
        returned.values.push(...one({ kind: "plain", value: undefined }, { module: scene.module, node }));
      else returned.values.push(...engine.evaluate(node.argument, scene));
      return false;
    case "ThrowStatement":
      return false;
    case "BlockStatement":
      return run(engine, node.body, scene, returned);
    case "IfStatement": {
      const truth = truthOfCondition(engine, node.test, scene);
      const yes = truth === false ? null : step(engine, node.consequent, scene, returned);
      const no = truth === true ? null : node.alternate === null ? true : step(engine, node.alternate, scene, returned);
      return (yes ?? false) || (no ?? false);
    }
    case "SwitchStatement":
      return choose(engine, node, scene, returned);
    case "TryStatement": {
      const before = returned.values.length;
      const block = run(engine, node.block.body, scene, returned);
      const handler = node.handler === null ? false : run(engine, node.handler.body.body, scene, returned);
      const count = returned.values.length - before;
      const after = node.finalizer === null ? true : run(engine, node.finalizer.body, scene, returned);
      // What `finally` returns stands in place of all that was returned before it.
      if (!after) returned.values.splice(before, count);
      return after && (block || handler);
    }
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
      step(engine, node.body, scene, returned);
      return true;
    case "BreakStatement":
    case "ContinueStatement":
      return false;
    default:
      return true;
  }
}

function choose(
  engine: Engine,
  node: Extract<Node, { type: "SwitchStatement" }>,
  scene: Scene,
  returned: Returned,
): boolean {
  const entry = entryOf(engine, node, scene);
  if (entry !== null) return enterCase(engine, entry === -1 ? [] : node.cases.slice(entry), scene, returned);
  const subjects = engine.evaluate(node.discriminant, scene);
  const known = subjects.every(({ value, sure }) => sure && value.kind === "text" && value.holes.length === 0);
  const wanted = new Set(subjects.map(({ value }) => (value.kind === "text" ? value.text : "")));
  const hasDefault = node.cases.some((branch) => branch.test === null);
  let breaks = false;
  let running = false;
  let matched = 0;
  for (const branch of node.cases) {
    if (known && branch.test !== null) {
      const tests = engine.evaluate(branch.test, scene);
      const hit = tests.some(({ value }) => value.kind !== "text" || wanted.has(value.text));
      if (hit) matched++;
      if (!hit && !running) continue;
    } else if (known && branch.test === null && matched >= wanted.size && !running) continue;
    if (branch.consequent.some(breaksOut)) breaks = true;
    // What runs on past the end of one case runs into the next.
    running = run(engine, branch.consequent, scene, returned);
  }
  const isMet = known && matched >= wanted.size && subjects.length > 0;
  return breaks || running || !(hasDefault || isMet);
}

/** The case that is entered, and those it falls through to. */
function enterCase(engine: Engine, cases: readonly SwitchCase[], scene: Scene, returned: Returned): boolean {
  let breaks = false;
  for (const branch of cases) {
    if (branch.consequent.some(breaksOut)) breaks = true;
    if (!run(engine, branch.consequent, scene, returned)) return breaks;
  }
  return true;
}

/** Whether a statement may leave the `switch` that it stands in. */
function breaksOut(node: Node): boolean {
  switch (node.type) {
    case "BreakStatement":
      return true;
    case "BlockStatement":
      return node.body.some(breaksOut);
    case "IfStatement":
      return breaksOut(node.consequent) || (node.alternate !== null && breaksOut(node.alternate));
    case "TryStatement":
      return [node.block, node.handler?.body, node.finalizer].some((part) => part != null && breaksOut(part));
    case "LabeledStatement":
      return breaksOut(node.body);
    default:
      return false;
  }
}
