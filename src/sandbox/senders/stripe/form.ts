import { isObject, type Json, type JsonObject } from "../../state/json.ts";

/** A form's values before their types are known: text, objects and lists. */
export type FormValue = string | FormObject | FormValue[];
export type FormObject = { [key: string]: FormValue };

/** "line_items[0][price]=a&metadata[k]=b" → `{ line_items: [{ price: "a" }], metadata: { k: "b" } }`. */
export function deepForm(form: URLSearchParams): FormObject {
  const root: JsonObject = {};
  for (const [name, value] of form) {
    const path = [...name.matchAll(/[^[\]]+|\[\]/g)].map(([part]) => (part === "[]" ? "" : part));
    if (path.length > 0 && !path.includes("__proto__")) insert(root, path, value);
  }
  return asLists(root) as FormObject;
}

function insert(into: JsonObject, path: readonly string[], value: string): void {
  const [first = "", ...rest] = path;
  // "a[]=1&a[]=2" numbers its items itself.
  const key = first === "" ? String(Object.keys(into).length) : first;
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const below = into[key];
  const next = isObject(below) ? below : {};
  into[key] = next;
  insert(next, rest, value);
}

/** Objects whose keys are 0, 1, 2, … are lists. */
function asLists(value: Json): Json {
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const items = keys.map((key) => asLists(value[key] ?? null));
  if (keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) return items;
  return Object.fromEntries(keys.map((key, index) => [key, items[index] ?? null]));
}
