import { sameValue, visible } from "./diff.ts";
import type { Field, Fields } from "./fields.ts";
import { isEmpty, isValues, unknown, type Value, type Values } from "./values.ts";

/**
 * What a resource is to be: what the program sets, and of the rest what the server chose before. Top-level outputs keep
 * their old value.
 */
export function planState(fields: Fields, olds: Values, inputs: Values): Values {
  const planned: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = planField(field, olds[name], inputs[name]);
    if (value !== undefined) planned[name] = value;
  }
  return planned;
}

function planField(field: Field, old: Value | undefined, input: Value | undefined): Value | undefined {
  if (field.owner === "server") return old;
  if (input === undefined || input === null) return field.owner === "either" ? old : undefined;
  if (field.kind === "block" && isValues(input)) {
    return planState(field.fields ?? {}, isValues(old) ? old : {}, input);
  }
  if (field.kind === "list" && field.fields !== null && Array.isArray(input)) {
    const { fields } = field;
    const before = Array.isArray(old) ? old : [];
    return input.map((item, index) => {
      const was = before[index];
      return isValues(item) ? planState(fields, isValues(was) ? was : {}, item) : item;
    });
  }
  // The old spelling of a value that means the same stays, so that it is no change.
  return old !== undefined && field.same?.(old, input) === true ? old : input;
}

/** What a preview of a creation answers: the inputs, and every value that only Google knows as unknown. */
export function previewState(fields: Fields, inputs: Values): Values {
  const state: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = inputs[name];
    if (field.kind === "block" && isValues(value)) state[name] = previewState(field.fields ?? {}, value);
    else if (value !== undefined) state[name] = value;
    else if (field.owner !== "program") state[name] = unknown;
  }
  return state;
}

/** What an import takes for the inputs: all that a program could set, except what it would get by default. */
export function importedInputs(fields: Fields, state: Values): Values {
  const inputs: Values = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = state[name];
    if (field.owner === "server" || value === undefined || isEmpty(value) || value === field.default) continue;
    inputs[name] = withoutOutputs(field, value);
  }
  return inputs;
}

/**
 * What a refresh takes for the inputs: those that were there, with the live value wherever it differs. What the program
 * never set stays out; that it was changed shows in the state.
 */
export function refreshedInputs(fields: Fields, olds: Values, state: Values): Values {
  const inputs: Values = {};
  for (const [name, old] of Object.entries(olds)) {
    const field = fields[name];
    if (field === undefined || field.kind === "asset") {
      inputs[name] = old;
      continue;
    }
    const live = state[name];
    if (field.kind === "block" && isValues(old) && isValues(live)) {
      inputs[name] = refreshedInputs(field.fields ?? {}, old, live);
    } else if (sameValue(field, live, old)) {
      inputs[name] = old;
    } else if (live !== undefined && !isEmpty(live)) {
      inputs[name] = withoutOutputs(field, live);
    }
  }
  return inputs;
}

function withoutOutputs(field: Field, value: Value): Value {
  if (field.fields === null) return value;
  if (field.kind === "block" && isValues(value)) return importedInputs(field.fields, value);
  const { fields } = field;
  return Array.isArray(value) ? value.map((item) => visible(fields, item)) : value;
}
