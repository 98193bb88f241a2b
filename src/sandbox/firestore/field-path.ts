import { FirestoreError } from "./error.ts";
import type { Fields, Value } from "./values.ts";

/** "a.`b.c`.d" → ["a", "b.c", "d"]. Refuses what is no path. */
export function parseFieldPath(text: string): readonly string[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const parts: string[] = [];
  const part = /(?:`((?:[^`\\]|\\.)+)`|([^.`]+))(\.|$)/y;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(text);
    if (found === null || (found[3] === "." && part.lastIndex === text.length)) break;
    parts.push(found[1]?.replace(/\\(.)/g, "$1") ?? found[2] ?? "");
    if (found[3] === "") {
      if (parsed.size > 10_000) parsed.clear();
      parsed.set(text, parts);
      return parts;
    }
  }
  throw new FirestoreError("INVALID_ARGUMENT", `Invalid property path "${text}".`);
}

const parsed = new Map<string, readonly string[]>();

export function valueAt(fields: Fields, path: readonly string[]): Value | undefined {
  let at: Fields | undefined = fields;
  let value: Value | undefined;
  for (const part of path) {
    value = at !== undefined && Object.hasOwn(at, part) ? at[part] : undefined;
    at = value?.mapValue === undefined ? undefined : (value.mapValue.fields ?? {});
  }
  return value;
}

/** The fields with the value at the path; undefined takes it away. What lies on the way and is no map becomes one. */
export function withValueAt(fields: Fields, path: readonly string[], value: Value | undefined): Fields {
  const [part = "", ...rest] = path;
  const result: Fields = { ...fields };
  if (rest.length === 0) {
    if (value === undefined) delete result[part];
    else define(result, part, value);
    return result;
  }
  const inner = Object.hasOwn(fields, part) ? fields[part]?.mapValue : undefined;
  if (inner === undefined && value === undefined) return result;
  define(result, part, { mapValue: { fields: withValueAt(inner?.fields ?? {}, rest, value) } });
  return result;
}

/** The fields that a mask names, and no others. */
export function masked(fields: Fields, paths: readonly string[]): Fields {
  let result: Fields = {};
  for (const text of paths) {
    const path = parseFieldPath(text);
    const value = valueAt(fields, path);
    if (value !== undefined) result = withValueAt(result, path, value);
  }
  return result;
}

/** A field may be called "__proto__". */
function define(fields: Fields, name: string, value: Value): void {
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
}
