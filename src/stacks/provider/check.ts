import type { Field, Fields } from "./fields.ts";
import { isUnknown, isValues, type Value, type Values } from "./values.ts";

export interface CheckFailure {
  /** Path of the property: "serviceConfig.maxInstanceCount". */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  /** What the program set, with the defaults of what it did not set. */
  readonly inputs: Values;
  readonly failures: readonly CheckFailure[];
}

/** Checks what a program set for one resource against the fields of its type: all problems at once. */
export function checkInputs(token: string, fields: Fields, news: Values): Checked {
  const failures: CheckFailure[] = [];
  const inputs = checkFields(token, fields, news, "", failures);
  return { inputs, failures };
}

function checkFields(token: string, fields: Fields, news: Values, path: string, failures: CheckFailure[]): Values {
  const inputs: Values = {};
  for (const [name, value] of Object.entries(news)) {
    if (name.startsWith("__") || value === null) continue;
    const field = fields[name];
    const property = `${path}${name}`;
    if (field === undefined) {
      failures.push({ property, reason: `${token} has no property "${property}" that the sandbox's provider serves.` });
    } else if (field.owner === "server" && path === "") {
      failures.push({ property, reason: `"${property}" of ${token} is an output and cannot be set.` });
    } else {
      inputs[name] = checkField(token, field, value, property, failures);
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    if (inputs[name] !== undefined) continue;
    if (field.required) {
      failures.push({ property: `${path}${name}`, reason: `"${path}${name}" of ${token} must be set.` });
    } else if (field.default !== undefined) {
      inputs[name] = structuredClone(field.default);
    }
  }
  return inputs;
}

function checkField(token: string, field: Field, value: Value, path: string, failures: CheckFailure[]): Value {
  if (isUnknown(value)) return value;
  const wrong = (kind: string): Value => {
    failures.push({ property: path, reason: `"${path}" of ${token} must be ${kind}.` });
    return value;
  };
  switch (field.kind) {
    case "text":
      if (typeof value !== "string") return wrong("a text");
      if (field.choices !== null && !field.choices.includes(value)) return wrong(`one of ${field.choices.join(", ")}`);
      return value;
    case "number":
      return typeof value === "number" ? value : wrong("a number");
    case "flag":
      return typeof value === "boolean" ? value : wrong("true or false");
    case "map":
      return isValues(value) && Object.values(value).every((item) => typeof item === "string")
        ? value
        : wrong("a map of texts");
    case "asset":
      return isValues(value) ? value : wrong("an asset or archive");
    case "block":
      return isValues(value) ? checkFields(token, field.fields ?? {}, value, `${path}.`, failures) : wrong("an object");
    case "list":
      if (!Array.isArray(value)) return wrong("a list");
      return value.map((item, index) => checkItem(token, field, item, `${path}[${index}]`, failures));
  }
}

function checkItem(token: string, field: Field, item: Value, path: string, failures: CheckFailure[]): Value {
  if (isUnknown(item)) return item;
  if (field.fields === null) {
    if (typeof item !== "string") failures.push({ property: path, reason: `"${path}" of ${token} must be a text.` });
    return item;
  }
  if (isValues(item)) return checkFields(token, field.fields, item, `${path}.`, failures);
  failures.push({ property: path, reason: `"${path}" of ${token} must be an object.` });
  return item;
}
