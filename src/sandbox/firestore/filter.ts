import { FirestoreError } from "./error.ts";
import { parseFieldPath, valueAt } from "./field-path.ts";
import type { FieldFilter, Filter, StoredDocument } from "./messages.ts";
import { compareValues, equalValues, isNaNValue, rankOf, type Value } from "./values.ts";

export type Predicate = (document: StoredDocument) => boolean;

/** Operators whose field the result is ordered by, too. */
const inequalities = new Set([
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "NOT_EQUAL",
  "NOT_IN",
  "IS_NOT_NAN",
  "IS_NOT_NULL",
]);

/** A value of a document by a field path; the path `__name__` gives its name. */
export function fieldOf(document: StoredDocument, path: string): Value | undefined {
  if (path === "__name__") return { referenceValue: document.name };
  return valueAt(document.fields, parseFieldPath(path));
}

/** What a filter says of a document. Refuses operators that mean nothing. */
export function predicateOf(filter: Filter): Predicate {
  if (filter.compositeFilter !== undefined) {
    const parts = (filter.compositeFilter.filters ?? []).map(predicateOf);
    if (parts.length === 0) throw new FirestoreError("INVALID_ARGUMENT", "A composite filter needs filters.");
    if (filter.compositeFilter.op === "OR") return (document) => parts.some((part) => part(document));
    return (document) => parts.every((part) => part(document));
  }
  if (filter.unaryFilter !== undefined) {
    const path = filter.unaryFilter.field?.fieldPath ?? "";
    const test = unaryTest(filter.unaryFilter.op ?? "");
    return (document) => {
      const value = fieldOf(document, path);
      return value !== undefined && test(value);
    };
  }
  if (filter.fieldFilter !== undefined) {
    const path = filter.fieldFilter.field?.fieldPath ?? "";
    const test = fieldTest(filter.fieldFilter);
    return (document) => {
      const value = fieldOf(document, path);
      return value !== undefined && test(value);
    };
  }
  throw new FirestoreError("INVALID_ARGUMENT", "A filter is empty.");
}

/** Fields with an inequality, in the order of their names: the result is ordered by them where nothing else is said. */
export function inequalityFields(filter: Filter): string[] {
  if (filter.compositeFilter !== undefined) {
    const all = (filter.compositeFilter.filters ?? []).flatMap(inequalityFields);
    return [...new Set(all)].sort();
  }
  const single = filter.fieldFilter ?? filter.unaryFilter;
  return inequalities.has(single?.op ?? "") ? [single?.field?.fieldPath ?? ""] : [];
}

function unaryTest(op: string): (value: Value) => boolean {
  switch (op) {
    case "IS_NULL":
      return (value) => value.nullValue !== undefined;
    case "IS_NOT_NULL":
      return (value) => value.nullValue === undefined;
    case "IS_NAN":
      return isNaNValue;
    case "IS_NOT_NAN":
      // As with "not equal": null is no answer to a comparison.
      return (value) => value.nullValue === undefined && !isNaNValue(value);
    default:
      throw new FirestoreError("INVALID_ARGUMENT", `Unknown unary operator ${op}.`);
  }
}

function fieldTest({ op = "", value: wanted = {} }: FieldFilter): (value: Value) => boolean {
  const list = wanted.arrayValue?.values ?? [];
  const comparable = (value: Value) => rankOf(value) === rankOf(wanted);
  switch (op) {
    case "EQUAL":
      return (value) => equalValues(value, wanted);
    case "NOT_EQUAL":
      return (value) => value.nullValue === undefined && !equalValues(value, wanted);
    case "LESS_THAN":
      return (value) => comparable(value) && compareValues(value, wanted) < 0;
    case "LESS_THAN_OR_EQUAL":
      return (value) => comparable(value) && compareValues(value, wanted) <= 0;
    case "GREATER_THAN":
      return (value) => comparable(value) && compareValues(value, wanted) > 0;
    case "GREATER_THAN_OR_EQUAL":
      return (value) => comparable(value) && compareValues(value, wanted) >= 0;
    case "ARRAY_CONTAINS":
      return (value) => (value.arrayValue?.values ?? []).some((item) => equalValues(item, wanted));
    case "ARRAY_CONTAINS_ANY":
      listed(op, list);
      return (value) => (value.arrayValue?.values ?? []).some((item) => contains(list, item));
    case "IN":
      listed(op, list);
      return (value) => contains(list, value);
    case "NOT_IN":
      listed(op, list);
      return (value) =>
        value.nullValue === undefined && !list.some((item) => item.nullValue !== undefined) && !contains(list, value);
    default:
      throw new FirestoreError("INVALID_ARGUMENT", `Unknown filter operator ${op}.`);
  }
}

function listed(op: string, list: readonly Value[]): void {
  const most = op === "NOT_IN" ? 10 : 30;
  if (list.length === 0) throw new FirestoreError("INVALID_ARGUMENT", `'${op}' requires a non-empty ArrayValue.`);
  if (list.length > most) {
    throw new FirestoreError("INVALID_ARGUMENT", `'${op}' supports up to ${most} comparison values.`);
  }
}

/** A list of values to compare with never finds null and NaN; for those there are operators of their own. */
function contains(list: readonly Value[], value: Value): boolean {
  return list.some((item) => item.nullValue === undefined && !isNaNValue(item) && equalValues(item, value));
}
