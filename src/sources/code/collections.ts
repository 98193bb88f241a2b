import { fromData, itemsOf } from "./bindings.ts";
import type { Site } from "./module.ts";
import { type Alternative, type Argument, type Engine, flatMap, one, text, unknown, type Value } from "./value.ts";

type List = Extract<Value, { kind: "list" }>;

const missing: Value = { kind: "plain", value: undefined };

function listOf(items: readonly Argument[], changed = false): Value {
  return { kind: "list", items, changed };
}

function item(value: Value, site: Site): Argument {
  return { spread: false, values: () => one(value, site) };
}

function lists(value: Value, site: Site): List | null {
  if (value.kind === "list") return value;
  if (value.kind !== "data" || !Array.isArray(value.data)) return null;
  const items = value.data.map((entry: unknown) => item(fromData(entry, value.file), site));
  return { kind: "list", items, changed: false };
}

/** Methods of lists and of `Object`, `Array`, `Promise`; null: it is none of them, or nothing is known of its object. */
export function collectionMethod(
  engine: Engine,
  object: Value,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  if (args.some((arg) => arg.spread)) return null;
  if (object.kind === "global") return ofGlobal(engine, object.name, name, args, site);
  const list = lists(object, site);
  if (list === null || list.changed) return null;
  const first = args[0];
  switch (name) {
    case "map":
      return first === undefined ? null : one(listOf(mapped(engine, list, first, site)), site);
    case "filter":
    case "slice":
      return one(listOf(list.items.map(doubted)), site);
    case "find":
    case "findLast":
      return itemsOf(engine, list, site);
    case "at": {
      const [index] = first?.values() ?? [];
      if (index?.value.kind !== "plain" || typeof index.value.value !== "number") return itemsOf(engine, list, site);
      const at = index.value.value;
      return engine.member(list, String(at < 0 ? list.items.length + at : at), site);
    }
    case "reverse":
    case "toReversed":
      return one(listOf([...list.items].reverse()), site);
    case "sort":
    case "toSorted":
    case "values":
      return one(list, site);
    case "concat":
      return one(listOf([...list.items, ...args.map((arg) => ({ ...arg, spread: true }))]), site);
    default:
      return null;
  }
}

function doubted(entry: Argument): Argument {
  return {
    spread: entry.spread,
    values: () => entry.values().map((alternative) => ({ ...alternative, sure: false })),
  };
}

function mapped(engine: Engine, list: List, callback: Argument, site: Site): readonly Argument[] {
  return list.items.map((entry, index) => ({
    spread: entry.spread,
    values: () =>
      flatMap(callback.values(), (fn) => {
        if (entry.spread) return unknown("the list is put together when the program runs", site);
        return engine.call(fn, [entry, item({ kind: "plain", value: index }, site)], site, false, null);
      }),
  }));
}

function ofGlobal(
  engine: Engine,
  global: string,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  const [first, second] = args;
  if (first === undefined) return null;
  if (global === "Promise" && (name === "all" || name === "resolve")) return first.values();
  if (global === "Array" && name === "from") {
    if (second === undefined) return first.values();
    return flatMap(first.values(), (value) => {
      const list = lists(value, site);
      if (list === null || list.changed) return unknown("the list is only known when the program runs", site);
      return one(listOf(mapped(engine, list, second, site)), site);
    });
  }
  if (global !== "Object") return null;
  if (name === "fromEntries") return flatMap(first.values(), (value) => fromEntries(engine, value, site));
  if (name !== "keys" && name !== "values" && name !== "entries") return null;
  return flatMap(first.values(), (value) => {
    const names = keysOf(engine, value);
    if (names === null) return unknown("the object's keys are only known when the program runs", site);
    return one(
      listOf(
        names.map((key): Argument => {
          const member: Argument = { spread: false, values: () => engine.member(value, key, site) };
          if (name === "values") return member;
          return name === "keys" ? item(text(key), site) : item(listOf([item(text(key), site), member]), site);
        }),
      ),
      site,
    );
  });
}

/** Names of an object's own members in their order, or null when not all are known. */
function keysOf(engine: Engine, value: Value): string[] | null {
  if (value.kind === "data") return Object.keys(value.data as object);
  if (value.kind === "record") return value.spreads.length > 0 ? null : [...value.members.keys()];
  if (value.kind === "enum") {
    const names = value.node.body.members.map(({ id }) =>
      id.type === "Identifier" ? id.name : id.type === "Literal" && typeof id.value === "string" ? id.value : null,
    );
    return names.every((name) => name !== null) ? names : null;
  }
  if (value.kind !== "object" || value.writes.length > 0) return null;
  const names: string[] = [];
  for (const property of value.node.properties) {
    if (property.type === "SpreadElement") {
      const [spread, ...others] = engine.evaluate(property.argument, value.scene);
      const inner = spread === undefined || others.length > 0 ? null : keysOf(engine, spread.value);
      if (inner === null) return null;
      names.push(...inner);
    } else if (property.computed) return null;
    else if (property.key.type === "Identifier") names.push(property.key.name);
    else if (property.key.type === "Literal") names.push(String(property.key.value));
    else return null;
  }
  return [...new Set(names)];
}

/** `Object.fromEntries(list)`, or the entries of `new Map(list)`, where every key is known. */
export function fromEntries(engine: Engine, value: Value, site: Site): readonly Alternative[] {
  const list = lists(value, site);
  const members = new Map<string, Argument>();
  for (const entry of list?.changed === false ? list.items : [null]) {
    if (entry === null || entry.spread) return unknown("the entries are only known when the program runs", site);
    const pairs = entry.values();
    const keys = flatMap(pairs, (pair) => engine.member(pair, "0", site));
    const [key] = keys;
    if (keys.length !== 1 || key?.value.kind !== "text" || key.value.holes.length > 0)
      return unknown("a key of the object is only known when the program runs", site);
    members.set(key.value.text, {
      spread: false,
      values: () => flatMap(pairs, (pair) => engine.member(pair, "1", site)),
    });
  }
  return one({ kind: "record", members, spreads: [] }, site);
}

/** Items of a list with lists that are spread into it laid out; null when one of those is not known. */
export function flatItems(items: readonly Argument[]): readonly Argument[] | null {
  const flat: Argument[] = [];
  for (const entry of items) {
    if (!entry.spread) {
      flat.push(entry);
      continue;
    }
    const [inner, ...others] = entry.values();
    if (inner === undefined || others.length > 0) return null;
    if (inner.value.kind === "list" && !inner.value.changed) {
      const deeper = flatItems(inner.value.items);
      if (deeper === null) return null;
      flat.push(...deeper);
    } else if (inner.value.kind === "text" || inner.value.kind === "plain" || inner.value.kind === "object") {
      flat.push({ ...entry, spread: false });
    } else return null;
  }
  return flat;
}

export const noValue = missing;
