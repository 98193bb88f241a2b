import type { Field, Fields } from "./fields.ts";
import { isEmpty, isValues, type Value, type Values } from "./values.ts";

/** The body that Google takes: empty values are left out, as the real provider does. */
export function toApi(fields: Fields, state: Values): Values {
  const body: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!field.local && field.owner !== "server") put(body, name, field, state[name]);
  }
  return body;
}

/** Inside a block the outputs go back to Google as well. */
function blockToApi(fields: Fields, state: Values): Values {
  const body: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!field.local) put(body, name, field, state[name]);
  }
  return body;
}

function put(body: Values, name: string, field: Field, value: Value | undefined): void {
  if (value === undefined || value === null || (isEmpty(value) && !field.always)) return;
  body[field.api ?? name] = valueToApi(field, value);
}

function valueToApi(field: Field, value: Value): Value {
  if (field.fields === null) return value;
  const { fields } = field;
  if (Array.isArray(value)) return value.map((item) => (isValues(item) ? blockToApi(fields, item) : item));
  return isValues(value) ? blockToApi(fields, value) : value;
}

/** The state that Google's answer stands for. Values that Google leaves out are left out here too. */
export function fromApi(fields: Fields, answer: Values): Values {
  const state: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = answer[field.api ?? name];
    if (field.local || value === undefined || value === null) continue;
    state[name] = valueFromApi(field, value);
  }
  return state;
}

function valueFromApi(field: Field, value: Value): Value {
  // Google writes 64-bit numbers as text.
  if (field.kind === "number" && typeof value === "string") return Number(value);
  if (field.fields === null) return value;
  const { fields } = field;
  if (Array.isArray(value)) return value.map((item) => (isValues(item) ? fromApi(fields, item) : item));
  return isValues(value) ? fromApi(fields, value) : value;
}

/** The API names of the top-level fields among `changed`, for an update mask. */
export function maskOf(fields: Fields, changed: ReadonlySet<string>): string[] {
  return Object.entries(fields)
    .filter(([name, field]) => changed.has(name) && !field.local && field.owner !== "server")
    .map(([name, field]) => field.api ?? name);
}
