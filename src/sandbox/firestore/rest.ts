import { FirestoreError } from "./error.ts";
import { documentJson, mapJson, timeText } from "./json.ts";
import type { StoredDocument } from "./messages.ts";
import type { Fields, Timestamp } from "./values.ts";

/** Keys of messages that hold times. */
const times = new Set(["timestampValue", "readTime", "createTime", "updateTime", "commitTime"]);
/** Keys of wrapped numbers, which JSON writes bare. */
const wrapped = new Set(["limit", "upTo"]);

/** A request in the JSON of Google's APIs as the messages of this folder. Throws FirestoreError for a time that is none. */
export function fromJson(value: unknown, key = ""): unknown {
  if (key === "nullValue") return "NULL_VALUE";
  if (Array.isArray(value)) return value.map((item) => fromJson(item));
  if (times.has(key) && typeof value === "string") return timeOf(value);
  if (wrapped.has(key) && value !== null && typeof value !== "object") {
    return { value: key === "limit" ? Number(value) : String(value) };
  }
  if (key === "integerValue") return String(value);
  if (typeof value !== "object" || value === null) return value;
  // Names of fields are the application's, whatever they are.
  const named = key === "fields";
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fromJson(item, named ? "" : name)]));
}

/** An answer of RunQuery, RunAggregationQuery or Commit in the JSON of Google's APIs. */
export function toJson(answer: object): object {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]): [string, unknown] => {
      if (key === "document") return [key, documentJson(value as StoredDocument)];
      if (key === "aggregateFields") return [key, mapJson(value as Fields)];
      if (times.has(key)) return [key, timeText(value as Timestamp)];
      if (Array.isArray(value)) return [key, value.map((item) => toJson(item as object))];
      return [key, typeof value === "object" && value !== null ? toJson(value) : value];
    }),
  );
}

function timeOf(text: string): Timestamp {
  const [, whole = "", fraction = ""] = /^(.*?)(?:\.(\d+))?Z$/.exec(text) ?? [];
  const seconds = Math.floor(Date.parse(`${whole}Z`) / 1000);
  if (Number.isNaN(seconds)) throw new FirestoreError("INVALID_ARGUMENT", `"${text}" is no RFC 3339 time in UTC.`);
  return { seconds: String(seconds), nanos: Number(fraction.padEnd(9, "0").slice(0, 9)) };
}
