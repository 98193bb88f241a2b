import type { StoredDocument } from "./messages.ts";
import type { Timestamp, Value } from "./values.ts";

/** A document in the JSON of Google's APIs, as events of the first generation carry it. */
export function documentJson({ name, fields, createTime, updateTime }: StoredDocument): object {
  return {
    name,
    fields: mapJson(fields),
    createTime: timeText(createTime),
    updateTime: timeText(updateTime),
  };
}

/** "2026-11-28T06:00:00.123456Z": without a fraction, with 3, 6 or 9 digits of it. */
export function timeText(time: Timestamp): string {
  const whole = new Date(Number(time.seconds ?? "0") * 1000).toISOString().slice(0, 19);
  const digits = String(time.nanos ?? 0).padStart(9, "0");
  const fraction = digits.replace(/(000){1,3}$/, "");
  return fraction === "" ? `${whole}Z` : `${whole}.${fraction}Z`;
}

export function mapJson(fields: Readonly<Record<string, Value>>): Record<string, object> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, valueJson(value)]));
}

function valueJson(value: Value): object {
  if (value.timestampValue !== undefined) return { timestampValue: timeText(value.timestampValue) };
  if (value.nullValue !== undefined) return { nullValue: null };
  if (value.mapValue !== undefined) return { mapValue: { fields: mapJson(value.mapValue.fields ?? {}) } };
  if (value.arrayValue !== undefined) {
    return { arrayValue: { values: (value.arrayValue.values ?? []).map(valueJson) } };
  }
  return value;
}
