import { assetHash } from "./assets.ts";
import type { Field, Fields } from "./fields.ts";
import { canonical, holdsUnknown, isEmpty, isValues, type Value, type Values } from "./values.ts";

/** One difference between what is there and what is wanted. */
export interface Difference {
  /** "serviceConfig.maxInstanceCount", "conditions[0].displayName", `labels["a.b"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  /** The change makes a new resource. */
  readonly replaces: boolean;
}

/**
 * Where the inputs of a program and the state of a resource differ, as the real provider sees it: what the program does
 * not set is compared only where it is the program's to set, and an empty value is the same as none.
 */
export function differences(fields: Fields, state: Values, inputs: Values): Difference[] {
  const found: Difference[] = [];
  compareFields(fields, state, inputs, "", false, found);
  return found;
}

/** Whether the two values of one field mean the same. */
export function sameValue(field: Field, old: Value | undefined, next: Value | undefined): boolean {
  const found: Difference[] = [];
  compare(field, old, next, "x", false, found);
  return found.length === 0;
}

function compareFields(
  fields: Fields,
  olds: Values,
  news: Values,
  path: string,
  replaces: boolean,
  found: Difference[],
): void {
  for (const [name, field] of Object.entries(fields)) {
    if (field.owner !== "server") compare(field, olds[name], news[name], `${path}${name}`, replaces, found);
  }
}

function compare(
  field: Field,
  old: Value | undefined,
  wanted: Value | undefined,
  path: string,
  above: boolean,
  found: Difference[],
): void {
  const replaces = above || field.replaces;
  const next = wanted ?? field.default;
  if (next === undefined) {
    if (field.owner === "either" || isEmpty(old) || field.same?.(old, undefined) === true) return;
    found.push({ path, kind: "delete", replaces });
    return;
  }
  if (field.same?.(old, next) === true) return;
  const change = (): void => {
    found.push({ path, kind: isEmpty(old) ? "add" : "update", replaces });
  };
  if (holdsUnknown(next) && (field.kind !== "block" || !isValues(next))) {
    change();
    return;
  }
  switch (field.kind) {
    case "block":
      if (isEmpty(old) && !isEmpty(next)) change();
      else
        compareFields(
          field.fields ?? {},
          isValues(old) ? old : {},
          isValues(next) ? next : {},
          `${path}.`,
          replaces,
          found,
        );
      return;
    case "map":
      compareMaps(isValues(old) ? old : {}, isValues(next) ? next : {}, path, replaces, found);
      return;
    case "list":
      compareLists(field, Array.isArray(old) ? old : [], Array.isArray(next) ? next : [], path, replaces, found);
      return;
    case "asset":
      if (assetHash(old) !== assetHash(next)) change();
      return;
    default:
      if (!(isEmpty(old) && isEmpty(next)) && old !== next) change();
  }
}

function compareMaps(olds: Values, news: Values, path: string, replaces: boolean, found: Difference[]): void {
  for (const key of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort()) {
    if (key.startsWith("__") || olds[key] === news[key]) continue;
    const kind = olds[key] === undefined ? "add" : news[key] === undefined ? "delete" : "update";
    found.push({ path: `${path}${step(key)}`, kind, replaces });
  }
}

function compareLists(
  field: Field,
  olds: Value[],
  news: Value[],
  path: string,
  replaces: boolean,
  found: Difference[],
): void {
  const next = field.unordered ? alignSet(field, olds, news) : news;
  for (let index = 0; index < Math.max(olds.length, next.length); index += 1) {
    const at = `${path}[${index}]`;
    const old = olds[index];
    const item = next[index];
    if (old === undefined || item === undefined) {
      found.push({ path: at, kind: old === undefined ? "add" : "delete", replaces });
    } else if (field.fields !== null && isValues(old) && isValues(item)) {
      compareFields(field.fields, old, item, `${at}.`, replaces, found);
    } else if (old !== item) {
      found.push({ path: at, kind: "update", replaces });
    }
  }
}

/** The wanted items in the places of those that are there already, the others behind them. */
function alignSet(field: Field, olds: readonly Value[], news: readonly Value[]): Value[] {
  const key = (item: Value): string => canonical(field.fields === null ? item : visible(field.fields, item));
  const left = [...news];
  const aligned: (Value | undefined)[] = olds.map((old) => {
    const index = left.findIndex((item) => key(item) === key(old));
    return index < 0 ? undefined : left.splice(index, 1)[0];
  });
  return aligned
    .map((item) => item ?? left.shift())
    .concat(left)
    .filter((item) => item !== undefined);
}

/** A block without the outputs inside it. */
export function visible(fields: Fields, value: Value): Value {
  if (!isValues(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => fields[name]?.owner !== "server"));
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
