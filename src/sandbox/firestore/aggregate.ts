import { FirestoreError } from "./error.ts";
import { fieldOf } from "./filter.ts";
import type { Aggregation, StoredDocument } from "./messages.ts";
import { double, type Fields, isNumber, type Value } from "./values.ts";

const mostInteger = 2n ** 63n - 1n;

/**
 * Counts, sums and means over a query's documents, by alias. Only documents with all the fields that are summed or
 * averaged count; values that are no numbers are passed over.
 */
export function aggregate(all: readonly StoredDocument[], aggregations: readonly Aggregation[]): Fields {
  const paths = aggregations.flatMap(({ sum, avg }) => (sum ?? avg)?.field?.fieldPath ?? []);
  const documents = all.filter((document) => paths.every((path) => fieldOf(document, path) !== undefined));
  const result: Fields = {};
  for (const [index, { count, sum, avg, alias = `field_${index + 1}` }] of aggregations.entries()) {
    if (count !== undefined) {
      const most = Number(count.upTo?.value ?? Number.POSITIVE_INFINITY);
      result[alias] = { integerValue: String(Math.min(documents.length, most)) };
    } else if (sum !== undefined) result[alias] = sumOf(numbers(documents, sum.field?.fieldPath));
    else if (avg !== undefined) {
      const values = numbers(documents, avg.field?.fieldPath);
      const total = sumOf(values);
      result[alias] =
        values.length === 0
          ? { nullValue: "NULL_VALUE" }
          : double(Number(total.integerValue ?? total.doubleValue) / values.length);
    } else throw new FirestoreError("INVALID_ARGUMENT", "An aggregation needs an operator.");
  }
  return result;
}

function numbers(documents: readonly StoredDocument[], path = ""): Value[] {
  return documents.flatMap((document) => {
    const value = fieldOf(document, path);
    return value !== undefined && isNumber(value) ? [value] : [];
  });
}

/** A whole number where all are and the sum fits into 64 bits. */
function sumOf(values: readonly Value[]): Value {
  let whole = 0n;
  let broken = 0;
  let isBroken = false;
  for (const value of values) {
    if (value.integerValue !== undefined) whole += BigInt(value.integerValue);
    else {
      isBroken = true;
      broken += Number(value.doubleValue);
    }
  }
  const fits = whole <= mostInteger && whole >= -mostInteger - 1n;
  return isBroken || !fits ? double(Number(whole) + broken) : { integerValue: String(whole) };
}
