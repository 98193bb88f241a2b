import { fromData } from "./items.ts";
import { item, type List, listMethod, listOf, mapped } from "./lists.ts";
import { keyOf } from "./members.ts";
import type { Site } from "./module.ts";
import { type Alternative, type Argument, type Engine, flatMap, one, text, unknown, type Value } from "./value.ts";

const _missing: Value = { kind: "plain", value: undefined };

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
  return list === null ? null : listMethod(engine, list, name, args, site);
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
      if (list === null || list.changed || list.loose === true)
        return unknown("the list is only known when the program runs", site);
      return one(listOf(mapped(engine, list.items, second, site)), site);
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
export function keysOf(engine: Engine, value: Value): string[] | null {
  const names = namesIn(engine, value);
  if (names === null) return null;
  // Names that are numbers come first, in their order.
  const numbers = names.filter((name) => /^(?:0|[1-9]\d*)$/.test(name)).sort((a, b) => Number(a) - Number(b));
  return [...new Set([...numbers, ...names])];
}

function namesIn(engine: Engine, value: Value): string[] | null {
  if (value.kind === "plain") return [];
  if (value.kind === "data") return value.writes === undefined ? Object.keys(value.data as object) : null;
  if (value.kind === "record") {
    if (value.writes !== undefined) return null;
    const names: string[] = [];
    for (const spread of value.spreads) {
      const inner = namesOfOnly(engine, spread.values());
      if (inner === null) return null;
      names.push(...inner);
    }
    return [...names, ...value.members.keys()];
  }
  if (value.kind === "enum") {
    const names = value.node.body.members.map(({ id }) =>
      id.type === "Identifier" ? id.name : id.type === "Literal" && typeof id.value === "string" ? id.value : null,
    );
    return names.every((name) => name !== null) ? names : null;
  }
  if (value.kind !== "object" || value.writes.length > 0) return null;
  const names: string[] = [];
  for (const property of value.node.properties) {
    const more =
      property.type === "SpreadElement"
        ? namesOfOnly(engine, engine.evaluate(property.argument, value.scene))
        : keyOf(engine, property, value.scene);
    if (more === null) return null;
    if (typeof more === "string") names.push(more);
    else names.push(...more);
  }
  return names;
}

function namesOfOnly(engine: Engine, values: readonly Alternative[]): string[] | null {
  const [only, ...others] = values;
  return only === undefined || others.length > 0 ? null : keysOf(engine, only.value);
}

/** `Object.fromEntries(list)`, or the entries of `new Map(list)`, where every key is known. */
export function fromEntries(engine: Engine, value: Value, site: Site): readonly Alternative[] {
  const list = lists(value, site);
  const members = new Map<string, Argument>();
  for (const entry of list === null || list.changed || list.loose === true ? [null] : list.items) {
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
