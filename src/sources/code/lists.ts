import { flatItems } from "./items.ts";
import type { Site } from "./module.ts";
import {
  type Alternative,
  type Argument,
  asText,
  type Engine,
  flatMap,
  one,
  type Primitive,
  primitive,
  text,
  truthOf,
  unknown,
  type Value,
} from "./value.ts";

export type List = Extract<Value, { kind: "list" }>;

export function listOf(items: readonly Argument[]): Value {
  return { kind: "list", items, changed: false };
}

/** A list of some of these items, in an order nobody knows. */
function looseOf(items: readonly Argument[]): Value {
  return { kind: "list", items: items.map(doubted), changed: false, loose: true };
}

function doubted(entry: Argument): Argument {
  return {
    spread: entry.spread,
    values: () => entry.values().map((alternative) => ({ ...alternative, sure: false })),
  };
}

export function item(value: Value, site: Site): Argument {
  return { spread: false, values: () => one(value, site) };
}

/** What a method of a list gives; null where it cannot be followed. */
export function listMethod(
  engine: Engine,
  list: List,
  name: string,
  args: readonly Argument[],
  site: Site,
): readonly Alternative[] | null {
  if (list.changed) return null;
  const items = list.loose === true ? null : flatItems(list.items);
  const [first, second] = args;
  const test = (entry: Argument, index: number): boolean | null =>
    first === undefined ? null : truthFor(engine, first, entry, index, site);
  switch (name) {
    case "map":
      return first === undefined ? null : one({ ...list, items: mapped(engine, list.items, first, site) }, site);
    case "filter": {
      const truths = list.items.map((entry, index) => (entry.spread ? null : test(entry, index)));
      const kept = list.items.filter((_, index) => truths[index] !== false);
      const known = list.loose !== true && !truths.includes(null);
      return one(known ? listOf(kept) : looseOf(kept), site);
    }
    case "find":
    case "findLast":
      return items === null ? anyOf(list) : found(name === "find" ? items : [...items].reverse(), test, site);
    case "some":
    case "every": {
      if (items === null) return null;
      const truths = items.map(test);
      const deciding = name === "some";
      if (truths.includes(deciding)) return one({ kind: "plain", value: deciding }, site);
      return truths.includes(null) ? null : one({ kind: "plain", value: !deciding }, site);
    }
    case "slice": {
      const [from, to] = [numberIn(first), numberIn(second)];
      if (items === null || from === null || to === null) return one(looseOf(list.items), site);
      return one(listOf(items.slice(from, to)), site);
    }
    case "at": {
      const index = numberIn(first);
      if (items === null || index === null) return anyOf(list);
      return items.at(index ?? 0)?.values() ?? one({ kind: "plain", value: undefined }, site);
    }
    case "reverse":
    case "toReversed":
      return one(items === null ? looseOf(list.items) : listOf([...items].reverse()), site);
    case "sort":
    case "toSorted":
      return one(sorted(items, first) ?? looseOf(list.items), site);
    case "values":
      return one(list, site);
    case "concat": {
      const all = [...list.items, ...args.map((arg) => ({ ...arg, spread: true }))];
      return one(list.loose === true ? looseOf(all) : listOf(all), site);
    }
    case "includes":
      return first === undefined ? null : includes(list, items, first, site);
    case "indexOf": {
      const texts = items === null ? null : constants(items);
      const [wanted] = first === undefined ? [] : (constants([first]) ?? []);
      return texts === null || wanted === undefined ? null : one({ kind: "plain", value: texts.indexOf(wanted) }, site);
    }
    case "toString":
      return items === null ? null : joined(items, one(text(","), site), site);
    case "join":
      return items === null || args.length > 1 ? null : joined(items, first?.values() ?? one(text(","), site), site);
    default:
      return null;
  }
}

export function mapped(
  engine: Engine,
  items: readonly Argument[],
  callback: Argument,
  site: Site,
): readonly Argument[] {
  return items.map((entry, index) => ({
    spread: entry.spread,
    values: () =>
      flatMap(callback.values(), (fn) => {
        if (entry.spread) return unknown("the list is put together when the program runs", site);
        return engine.call(fn, [entry, item({ kind: "plain", value: index }, site)], site, false, null);
      }),
  }));
}

/** Whether a callback holds for an item; null where only running tells. */
function truthFor(engine: Engine, callback: Argument, entry: Argument, index: number, site: Site): boolean | null {
  const answers = flatMap(callback.values(), (fn) =>
    engine.call(fn, [entry, item({ kind: "plain", value: index }, site)], site, false, null),
  );
  const truths = new Set(answers.map(({ value, sure }) => (sure ? truthOf(value) : null)));
  const [only] = truths;
  return truths.size === 1 && only !== undefined ? only : null;
}

/** The first item that passes: every one that may, up to the one that surely does. */
function found(
  items: readonly Argument[],
  test: (entry: Argument, index: number) => boolean | null,
  site: Site,
): readonly Alternative[] {
  const values: Alternative[] = [];
  for (const [index, entry] of items.entries()) {
    let stops = true;
    for (const alternative of entry.values()) {
      const truth = test({ spread: false, values: () => [alternative] }, index);
      if (truth !== false) values.push(alternative);
      if (truth !== true) stops = false;
    }
    if (stops) return values;
  }
  return [...values, ...one({ kind: "plain", value: undefined }, site)];
}

function anyOf(list: List): readonly Alternative[] | null {
  if (list.items.some((entry) => entry.spread)) return null;
  return list.items.flatMap((entry) => doubted(entry).values());
}

/** Texts in the order of the language's own sort; null with a comparator, or where not all are known. */
function sorted(items: readonly Argument[] | null, comparator: Argument | undefined): Value | null {
  const known = items === null || comparator !== undefined ? null : constants(items);
  if (items === null || known === null || !known.every((value) => typeof value === "string")) return null;
  const order = items.map((_, index) => index);
  order.sort((one, other) => {
    const [a = "", b = ""] = [known[one], known[other]];
    return a < b ? -1 : a > b ? 1 : one - other;
  });
  return listOf(order.flatMap((index) => items[index] ?? []));
}

function includes(list: List, items: readonly Argument[] | null, wanted: Argument, site: Site) {
  const looked = possible(wanted);
  const held = (items ?? list.items).map(possible);
  if (looked === null || !held.every((values) => values !== null)) return null;
  const answers = new Set(
    looked.map((value) => {
      if (held.every((values) => !values.includes(value))) return false;
      return items !== null && held.some((values) => values.every((inner) => inner === value)) ? true : null;
    }),
  );
  const [only = null] = answers;
  return answers.size === 1 && only !== null ? one({ kind: "plain", value: only }, site) : null;
}

/** Every constant that an item can be; null where one is not known. */
function possible(entry: Argument): Primitive[] | null {
  if (entry.spread) return null;
  const values = entry.values().map(({ value }) => primitive(value));
  return values.every((constant) => constant !== null) ? values.map(({ of }) => of) : null;
}

/** The constants that items are; null where one of them has several values or none that is known. */
function constants(items: readonly Argument[]): Primitive[] | null {
  const known: Primitive[] = [];
  for (const entry of items) {
    const [only, ...others] = entry.values();
    const constant = only === undefined || others.length > 0 || !only.sure ? null : primitive(only.value);
    if (constant === null) return null;
    known.push(constant.of);
  }
  return known;
}

/** Nothing where no number is given; null where nobody knows which. */
function numberIn(given: Argument | undefined): number | undefined | null {
  if (given === undefined) return undefined;
  const [index] = constants([given]) ?? [];
  return typeof index === "number" ? index : null;
}

function joined(items: readonly Argument[], glue: readonly Alternative[], site: Site): readonly Alternative[] {
  return flatMap(glue, (by) => {
    let parts = one(text(""), site);
    for (const [index, entry] of items.entries()) {
      parts = flatMap(parts, (left) =>
        flatMap(entry.values(), (value) => {
          // Nothing is joined as an empty text.
          const right =
            value.kind === "plain" && (value.value === undefined || value.value === null) ? text("") : value;
          const pieces = (index === 0 ? [left, right] : [left, by, right]).map(asText);
          const whole = text(
            pieces.map((piece) => piece.text).join(""),
            pieces.flatMap((piece) => piece.holes),
          );
          return whole.kind === "text" && whole.text.length > maxJoined
            ? unknown(`the text grows past ${maxJoined} characters`, site)
            : one(whole, site);
        }),
      );
    }
    return parts;
  });
}

const maxJoined = 4_096;
