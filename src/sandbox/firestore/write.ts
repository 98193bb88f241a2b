import { FirestoreError } from "./error.ts";
import { parseFieldPath, valueAt, withValueAt } from "./field-path.ts";
import type { FieldTransform, StoredDocument, Write } from "./messages.ts";
import {
  compareTimes,
  compareValues,
  double,
  equalValues,
  type Fields,
  isNaNValue,
  isNumber,
  type Timestamp,
  type Value,
} from "./values.ts";

/** What a write makes of a document: its fields, null where it is gone. */
export interface Written {
  readonly name: string;
  readonly fields: Fields | null;
  readonly transformResults: readonly Value[];
}

const mostInteger = 2n ** 63n - 1n;

/** Name of the document that a write is for. Refuses one that is no name of a document. */
export function targetOf(write: Write): string {
  const name = write.update?.name ?? write.delete ?? write.transform?.document ?? "";
  const parts = name.split("/");
  const isName = /^projects\/[^/]+\/databases\/[^/]+\/documents\/.+$/.test(name) && parts.length % 2 === 1;
  if (!isName || parts.includes("")) {
    throw new FirestoreError("INVALID_ARGUMENT", `Document name "${name}" is not of a document.`);
  }
  return name;
}

/** Applies a write to the document as it is (null: it is not there). Refuses what its preconditions do not allow. */
export function applyWrite(current: StoredDocument | null, write: Write, now: Timestamp): Written {
  const name = targetOf(write);
  checkPrecondition(current, write, name);
  if (write.delete !== undefined) return { name, fields: null, transformResults: [] };
  let fields: Fields = current?.fields ?? {};
  if (write.update !== undefined) {
    const given = write.update.fields ?? {};
    if (write.updateMask === undefined) fields = given;
    else {
      for (const text of write.updateMask.fieldPaths ?? []) {
        const path = parseFieldPath(text);
        fields = withValueAt(fields, path, valueAt(given, path));
      }
    }
  }
  const transformResults: Value[] = [];
  for (const transform of write.updateTransforms ?? write.transform?.fieldTransforms ?? []) {
    const path = parseFieldPath(transform.fieldPath);
    const { value, result } = transformed(valueAt(fields, path), transform, now);
    fields = withValueAt(fields, path, value);
    transformResults.push(result);
  }
  return { name, fields, transformResults };
}

function checkPrecondition(current: StoredDocument | null, write: Write, name: string): void {
  const { exists, updateTime } = write.currentDocument ?? {};
  if (exists === true && current === null) throw new FirestoreError("NOT_FOUND", `No document to update: ${name}`);
  if (exists === false && current !== null) {
    throw new FirestoreError("ALREADY_EXISTS", `Document already exists: ${name}`);
  }
  if (updateTime === undefined) return;
  if (current === null) throw new FirestoreError("NOT_FOUND", `No document to update: ${name}`);
  if (compareTimes(current.updateTime, updateTime) !== 0) {
    const shown = (time: Timestamp) => `${time.seconds ?? "0"}.${String(time.nanos ?? 0).padStart(9, "0")}`;
    throw new FirestoreError(
      "FAILED_PRECONDITION",
      `the stored version (${shown(current.updateTime)}) does not match the required base version (${shown(updateTime)})`,
    );
  }
}

function transformed(
  current: Value | undefined,
  transform: FieldTransform,
  now: Timestamp,
): { value: Value; result: Value } {
  if (transform.setToServerValue === "REQUEST_TIME") {
    // Kept to the millisecond, as Firestore does it.
    const nanos = Math.floor((now.nanos ?? 0) / 1_000_000) * 1_000_000;
    const value: Value = { timestampValue: { ...(now.seconds === undefined ? {} : { seconds: now.seconds }), nanos } };
    return { value, result: value };
  }
  const { increment, maximum, minimum, appendMissingElements, removeAllFromArray } = transform;
  if (increment !== undefined)
    return both(current !== undefined && isNumber(current) ? sum(current, increment) : increment);
  if (maximum !== undefined) return both(chosen(current, maximum, (order) => order >= 0));
  if (minimum !== undefined) return both(chosen(current, minimum, (order) => order <= 0));
  const held = current?.arrayValue?.values ?? [];
  const none: Value = { nullValue: "NULL_VALUE" };
  if (appendMissingElements !== undefined) {
    const values = [...held];
    for (const item of appendMissingElements.values ?? []) {
      if (!values.some((other) => equalValues(other, item))) values.push(item);
    }
    return { value: { arrayValue: { values } }, result: none };
  }
  if (removeAllFromArray !== undefined) {
    const gone = removeAllFromArray.values ?? [];
    const values = held.filter((item) => !gone.some((other) => equalValues(other, item)));
    return { value: { arrayValue: { values } }, result: none };
  }
  throw new FirestoreError("INVALID_ARGUMENT", `The transform of ${transform.fieldPath} is not known.`);
}

function both(value: Value): { value: Value; result: Value } {
  return { value, result: value };
}

/** The larger or the smaller number, NaN where one is NaN; the operand where the field is none. */
function chosen(current: Value | undefined, operand: Value, keeps: (order: number) => boolean): Value {
  if (current === undefined || !isNumber(current)) return operand;
  if (isNaNValue(current) || isNaNValue(operand)) return double(Number.NaN);
  return keeps(compareValues(current, operand)) ? current : operand;
}

/** Whole numbers stay whole and stop at the ends of 64 bits. */
function sum(a: Value, b: Value): Value {
  if (a.integerValue === undefined || b.integerValue === undefined) {
    return double(Number(a.integerValue ?? a.doubleValue) + Number(b.integerValue ?? b.doubleValue));
  }
  const total = BigInt(a.integerValue) + BigInt(b.integerValue);
  const most = total > mostInteger ? mostInteger : total;
  return { integerValue: String(most < -mostInteger - 1n ? -mostInteger - 1n : most) };
}
