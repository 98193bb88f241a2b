import { isObject, type Json, type JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";

/** What a `fields` parameter lets through: null = everything below. */
type Selection = Map<string, Selection> | null;

/**
 * Google's partial answers: "nextPageToken,jobs(name,httpTarget/uri)" leaves only those fields. A field that an answer
 * does not have is passed over, as it may be empty.
 */
export function selectFields(body: JsonObject, fields: string): JsonObject {
  const reader = { text: fields, at: 0 };
  const selection = readList(reader);
  if (reader.at < fields.length) throw invalid(fields);
  return prune(body, selection) as JsonObject;
}

interface Reader {
  readonly text: string;
  at: number;
}

function readList(reader: Reader): Selection {
  const selection = new Map<string, Selection>();
  do {
    if (reader.text[reader.at] === ",") reader.at += 1;
    readPath(reader, selection);
  } while (reader.text[reader.at] === ",");
  return selection.has("*") && selection.size === 1 ? (selection.get("*") ?? null) : selection;
}

function readPath(reader: Reader, into: Map<string, Selection>): void {
  const match = /^\s*([\w.@-]+|\*)\s*/.exec(reader.text.slice(reader.at));
  const name = match?.[1];
  if (match === null || name === undefined) throw invalid(reader.text);
  reader.at += match[0].length;
  const next = reader.text[reader.at];
  if (next === "/") {
    reader.at += 1;
    const inner = new Map<string, Selection>();
    readPath(reader, inner);
    into.set(name, merge(into.get(name), inner));
  } else if (next === "(") {
    reader.at += 1;
    const inner = readList(reader);
    if (reader.text[reader.at] !== ")") throw invalid(reader.text);
    reader.at += 1;
    into.set(name, merge(into.get(name), inner));
  } else {
    into.set(name, null);
  }
}

function merge(before: Selection | undefined, added: Selection): Selection {
  if (before === undefined) return added;
  if (before === null || added === null) return null;
  return new Map([...before, ...added]);
}

function prune(value: Json, selection: Selection): Json {
  if (selection === null) return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, selection));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [name, inner] of selection) {
    const field = value[name];
    if (field !== undefined) result[name] = prune(field, inner);
  }
  return result;
}

function invalid(fields: string): Refusal {
  return new Refusal("INVALID_ARGUMENT", `Request contains an invalid argument: Invalid field selection ${fields}`);
}
