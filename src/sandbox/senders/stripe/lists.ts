import type { Call } from "../../http/call.ts";
import { isObject, type Json, type JsonObject, numberAt, textAt } from "../../state/json.ts";
import { Refusal } from "../../state/refusal.ts";
import { integer, list, object, type Parameter, type Parameters, text } from "./parameters.ts";
import { invalid } from "./refusal.ts";

const maxPage = 100;

const range = object({ gt: integer, gte: integer, lt: integer, lte: integer });

/** The parameters that every list takes. `created` is a time or a range of times. */
export function listParameters(further: Parameters = {}): Parameters {
  return { limit: integer, starting_after: text, ending_before: text, ...further };
}

/** `created=TIME` and `created[gte]=TIME`: which of the two is known when it comes. */
export function createdParameter(form: unknown): Parameter {
  return typeof form === "string" ? integer : range;
}

export const types = list(text);

/** Whether a time in seconds is within what `created` asks for. */
export function isWithin(created: Json | undefined, asked: Json | undefined): boolean {
  if (asked === undefined) return true;
  const time = Number(created);
  if (!isObject(asked)) return time === asked;
  return (
    time > (numberAt(asked, "gt") ?? Number.NEGATIVE_INFINITY) &&
    time >= (numberAt(asked, "gte") ?? Number.NEGATIVE_INFINITY) &&
    time < (numberAt(asked, "lt") ?? Number.POSITIVE_INFINITY) &&
    time <= (numberAt(asked, "lte") ?? Number.POSITIVE_INFINITY)
  );
}

/** Cursor pages: `starting_after` and `ending_before` name an object of the list. */
export function pageOf(call: Call, items: readonly JsonObject[], parameters: JsonObject, url: string): JsonObject {
  const limit = pageLimit(call, numberAt(parameters, "limit"), 10);
  const after = textAt(parameters, "starting_after");
  const before = textAt(parameters, "ending_before");
  if (after !== null && before !== null) {
    throw invalid("You cannot use both starting_after and ending_before.", null, "ending_before");
  }
  const start = after === null ? 0 : cursor(items, after, "starting_after") + 1;
  const end = before === null ? items.length : cursor(items, before, "ending_before");
  const data = before === null ? items.slice(start, start + limit) : items.slice(Math.max(0, end - limit), end);
  const more = before === null ? start + limit < items.length : end - limit > 0;
  return { object: "list", data, has_more: more, url };
}

function cursor(items: readonly JsonObject[], id: string, parameter: string): number {
  const index = items.findIndex((item) => item.id === id);
  if (index < 0) throw invalid(`No such object: '${id}'`, "resource_missing", parameter);
  return index;
}

export function pageLimit(call: Call, asked: number | null, usual: number): number {
  const limit = asked ?? usual;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPage) {
    throw new Refusal("INVALID_ARGUMENT", "This value must be between 1 and 100 (inclusive).");
  }
  return Math.min(limit, call.world.faults.pageSize(call) ?? limit);
}
