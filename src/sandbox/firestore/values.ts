/** A point in time; `seconds` as decimal text, both absent where 0. */
export interface Timestamp {
  readonly seconds?: string;
  readonly nanos?: number;
}

export type Fields = { [name: string]: Value };

/** A value in the API's form; exactly one key. Numbers that JSON lacks are "NaN", "Infinity", "-Infinity". */
export interface Value {
  readonly nullValue?: "NULL_VALUE";
  readonly booleanValue?: boolean;
  readonly integerValue?: string;
  readonly doubleValue?: number | string;
  readonly timestampValue?: Timestamp;
  readonly stringValue?: string;
  /** Base64. */
  readonly bytesValue?: string;
  readonly referenceValue?: string;
  readonly geoPointValue?: { readonly latitude?: number; readonly longitude?: number };
  readonly arrayValue?: { readonly values?: readonly Value[] };
  readonly mapValue?: { readonly fields?: Fields };
}

export function double(value: number): Value {
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

/** Place of a value's type in the order of types; equal for what a range filter may compare. */
export function rankOf(value: Value): number {
  if (value.nullValue !== undefined) return 0;
  if (value.booleanValue !== undefined) return 1;
  if (isNumber(value)) return isNaNValue(value) ? 2 : 3;
  if (value.timestampValue !== undefined) return 4;
  if (value.stringValue !== undefined) return 5;
  if (value.bytesValue !== undefined) return 6;
  if (value.referenceValue !== undefined) return 7;
  if (value.geoPointValue !== undefined) return 8;
  if (value.arrayValue !== undefined) return 9;
  return isVector(value) ? 10 : 11;
}

export function isNumber(value: Value): boolean {
  return value.integerValue !== undefined || value.doubleValue !== undefined;
}

export function isNaNValue(value: Value): boolean {
  return value.doubleValue !== undefined && Number.isNaN(Number(value.doubleValue));
}

/** Order of all values as Firestore documents it: by type first, then within the type. */
export function compareValues(a: Value, b: Value): number {
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case 1:
      return Number(a.booleanValue) - Number(b.booleanValue);
    case 3:
      return compareNumbers(a, b);
    case 4:
      return compareTimes(a.timestampValue ?? {}, b.timestampValue ?? {});
    case 5:
      return compareText(a.stringValue ?? "", b.stringValue ?? "");
    case 6:
      return Buffer.compare(Buffer.from(a.bytesValue ?? "", "base64"), Buffer.from(b.bytesValue ?? "", "base64"));
    case 7:
      return compareNames(a.referenceValue ?? "", b.referenceValue ?? "");
    case 8: {
      const [left, right] = [a.geoPointValue ?? {}, b.geoPointValue ?? {}];
      return compare(left.latitude ?? 0, right.latitude ?? 0) || compare(left.longitude ?? 0, right.longitude ?? 0);
    }
    case 9:
      return compareArrays(a.arrayValue?.values ?? [], b.arrayValue?.values ?? []);
    case 10: {
      const [left, right] = [vectorOf(a), vectorOf(b)];
      return left.length - right.length || compareArrays(left, right);
    }
    case 11:
      return compareMaps(a.mapValue?.fields ?? {}, b.mapValue?.fields ?? {});
    default:
      return 0;
  }
}

/** Equality as filters and array transforms see it: 1 equals 1.0, NaN equals NaN. */
export function equalValues(a: Value, b: Value): boolean {
  return compareValues(a, b) === 0;
}

export function compareTimes(a: Timestamp, b: Timestamp): number {
  return compare(BigInt(a.seconds ?? "0"), BigInt(b.seconds ?? "0")) || (a.nanos ?? 0) - (b.nanos ?? 0);
}

/** By Unicode code points, which is the order of UTF-8 bytes and not that of JavaScript's strings. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    // Surrogates stand for code points above all others.
    const high = Number(isSurrogate(left)) - Number(isSurrogate(right));
    return high !== 0 ? high : left - right;
  }
  return a.length - b.length;
}

/** Order of document names: part by part; numeric ids (`__id7__`) come before all others, by number. */
export function compareNames(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = compareParts(left[index] ?? "", right[index] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

export function compare(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareParts(a: string, b: string): number {
  const [left, right] = [numericId(a), numericId(b)];
  if (left !== null && right !== null) return compare(left, right);
  if (left !== null) return -1;
  return right === null ? compareText(a, b) : 1;
}

function numericId(part: string): bigint | null {
  const digits = /^__id(-?\d+)__$/.exec(part)?.[1];
  return digits === undefined ? null : BigInt(digits);
}

function compareNumbers(a: Value, b: Value): number {
  if (a.integerValue !== undefined && b.integerValue !== undefined) {
    return compare(BigInt(a.integerValue), BigInt(b.integerValue));
  }
  const left = numberOf(a);
  const right = numberOf(b);
  // JavaScript compares a bigint with a number exactly, which a conversion would not.
  return left < right ? -1 : left > right ? 1 : 0;
}

function numberOf(value: Value): number | bigint {
  return value.integerValue !== undefined ? BigInt(value.integerValue) : Number(value.doubleValue);
}

function compareArrays(a: readonly Value[], b: readonly Value[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const order = compareValues(a[index] ?? {}, b[index] ?? {});
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareMaps(a: Fields, b: Fields): number {
  const left = Object.keys(a).sort(compareText);
  const right = Object.keys(b).sort(compareText);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [key = "", other = ""] = [left[index], right[index]];
    const order = compareText(key, other) || compareValues(a[key] ?? {}, b[other] ?? {});
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function isVector(value: Value): boolean {
  return value.mapValue?.fields?.__type__?.stringValue === "__vector__";
}

function vectorOf(value: Value): readonly Value[] {
  return value.mapValue?.fields?.value?.arrayValue?.values ?? [];
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
