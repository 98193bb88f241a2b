/** What properties are made of, as the engine sends and takes them. */
export type Value = null | boolean | number | string | Value[] | Values;
export type Values = { [key: string]: Value };

/** The text that stands for a value which is known only after the update, by the kind of value it will be. */
const unknownTexts = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Stands for every value that this provider learns only by creating something. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function isUnknown(value: Value | undefined): boolean {
  return typeof value === "string" && unknownTexts.has(value);
}

/** Whether a value, or anything inside it, is unknown. */
export function holdsUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (Array.isArray(value)) return value.some(holdsUnknown);
  return isValues(value) && Object.values(value).some(holdsUnknown);
}

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Google leaves empty values out of its answers, so nothing, "", 0, false, [] and {} are the same. */
export function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isValues(value) && Object.values(value).every(isEmpty);
}

export function valuesAt(values: Values | undefined, key: string): Values {
  const value = values?.[key];
  return isValues(value) ? value : {};
}

export function textAt(values: Values | undefined, key: string): string {
  const value = values?.[key];
  return typeof value === "string" ? value : "";
}

export function listAt(values: Values | undefined, key: string): Value[] {
  const value = values?.[key];
  return Array.isArray(value) ? value : [];
}

/** A text that is the same for equal values, whatever the order of their keys. */
export function canonical(value: Value | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isValues(value)) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).filter((key) => !isEmpty(value[key]));
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(",")}}`;
}

/** Whether everything in `part` is in `whole` too. */
export function contains(whole: Value | undefined, part: Value): boolean {
  if (isValues(part)) {
    return Object.entries(part).every(([key, value]) => contains(isValues(whole) ? whole[key] : undefined, value));
  }
  if (Array.isArray(part)) {
    const list = Array.isArray(whole) ? whole : [];
    return list.length === part.length && part.every((value, index) => contains(list[index], value));
  }
  return isEmpty(part) ? isEmpty(whole) : whole === part;
}
