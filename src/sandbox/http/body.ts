import { isObject, type Json, type JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import type { Call } from "./call.ts";

/** The body as a JSON object; {} for an empty one. */
export function jsonBody(call: Call): JsonObject {
  const text = call.bytes.toString("utf8");
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Refusal("INVALID_ARGUMENT", `Invalid JSON payload received. ${reason}`);
  }
  if (!isObject(value)) throw new Refusal("INVALID_ARGUMENT", "Invalid JSON payload received. Root must be an object.");
  return value;
}

/** The body as a form (Stripe, Twilio), or as JSON with the same names (Telegram takes both). */
export function formBody(call: Call): URLSearchParams {
  const text = call.bytes.toString("utf8");
  if ((call.headers["content-type"] ?? "").includes("application/json")) {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(jsonBody(call))) {
      form.append(name, isObject(value) || Array.isArray(value) ? JSON.stringify(value) : String(value));
    }
    return form;
  }
  return new URLSearchParams(text);
}

/**
 * A form with brackets as an object: `enabled_events[0]=a&enabled_events[1]=b&metadata[k]=v` becomes
 * `{ enabled_events: ["a", "b"], metadata: { k: "v" } }`. Values stay text.
 */
export function nestedForm(form: URLSearchParams): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of form) {
    const path = name.split(/[[\]]+/).filter((part) => part !== "");
    const [first, ...rest] = path;
    if (first === undefined || first === "__proto__") continue;
    if (rest.length === 0 && !name.endsWith("[]")) {
      result[first] = value;
      continue;
    }
    const [key] = rest;
    if (key === undefined || /^\d+$/.test(key)) {
      const list: Json[] = Array.isArray(result[first]) ? result[first] : [];
      list.push(value);
      result[first] = list;
    } else {
      const inner = isObject(result[first]) ? result[first] : {};
      if (key !== "__proto__") inner[key] = value;
      result[first] = inner;
    }
  }
  return result;
}
