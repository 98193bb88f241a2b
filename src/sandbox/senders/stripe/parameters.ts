import type { Json, JsonObject } from "../../state/json.ts";
import type { FormObject, FormValue } from "./form.ts";
import { invalid } from "./refusal.ts";

/** What a parameter may be. Optional unless it stands under `required`. */
export type Parameter =
  | { readonly kind: "text" | "integer" | "boolean" | "timestamp" | "currency" | "url" | "metadata" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | { readonly kind: "object"; readonly fields: Parameters; readonly required?: readonly string[] }
  | { readonly kind: "list"; readonly of: Parameter };

export type Parameters = Readonly<Record<string, Parameter>>;

export const text: Parameter = { kind: "text" };
export const integer: Parameter = { kind: "integer" };
export const boolean: Parameter = { kind: "boolean" };
export const timestamp: Parameter = { kind: "timestamp" };
export const currency: Parameter = { kind: "currency" };
export const url: Parameter = { kind: "url" };
export const metadata: Parameter = { kind: "metadata" };
export const choice = (...of: string[]): Parameter => ({ kind: "choice", of });
export const list = (of: Parameter): Parameter => ({ kind: "list", of });
export const object = (fields: Parameters, ...required: string[]): Parameter => ({ kind: "object", fields, required });

/**
 * The parameters of a request with their types. Refuses in Stripe's words what is missing, unknown or of another type;
 * the first problem alone, as Stripe does.
 */
export function readParameters(form: FormObject, fields: Parameters, required: readonly string[] = []): JsonObject {
  return readObject(form, { expand: list(text), ...fields }, required, "");
}

function readObject(form: FormObject, fields: Parameters, required: readonly string[], at: string): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(form)) {
    const path = at === "" ? name : `${at}[${name}]`;
    const parameter = fields[name];
    if (parameter === undefined) throw invalid(`Received unknown parameter: ${path}`, "parameter_unknown", path);
    result[name] = readValue(value, parameter, path);
  }
  for (const name of required) {
    const path = at === "" ? name : `${at}[${name}]`;
    if (result[name] === undefined || result[name] === "") {
      throw invalid(`Missing required param: ${path}.`, "parameter_missing", path);
    }
  }
  return result;
}

function readValue(value: FormValue, parameter: Parameter, path: string): Json {
  if (parameter.kind === "list") {
    // An empty text clears a list.
    if (value === "") return [];
    if (!Array.isArray(value)) throw invalid("Invalid array", null, path);
    return value.map((item, index) => readValue(item, parameter.of, `${path}[${index}]`));
  }
  if (parameter.kind === "object" || parameter.kind === "metadata") {
    if (value === "") return parameter.kind === "metadata" ? "" : {};
    if (typeof value === "string") throw invalid("Invalid object", null, path);
    // A map whose keys are numbers comes as a list.
    const map: FormObject = Array.isArray(value) ? Object.fromEntries(value.entries()) : value;
    return parameter.kind === "object"
      ? readObject(map, parameter.fields, parameter.required ?? [], path)
      : readMetadata(map, path);
  }
  if (typeof value !== "string") throw invalid(`Invalid string: ${JSON.stringify(value)}`, null, path);
  return readScalar(value, parameter, path);
}

function readScalar(value: string, parameter: Parameter, path: string): Json {
  switch (parameter.kind) {
    case "integer":
    case "timestamp":
      if (!/^-?\d{1,15}$/.test(value)) throw invalid(`Invalid integer: ${value}`, "parameter_invalid_integer", path);
      return Number(value);
    case "boolean":
      if (value !== "true" && value !== "false") throw invalid(`Invalid boolean: ${value}`, null, path);
      return value === "true";
    case "currency":
      if (!/^[a-zA-Z]{3}$/.test(value)) throw invalid(`Invalid currency: ${value}.`, null, path);
      return value.toLowerCase();
    case "url":
      if (!URL.canParse(value.replaceAll(/[{}]/g, "_"))) throw invalid("Not a valid URL", "url_invalid", path);
      return value;
    case "choice":
      if (!parameter.of.includes(value)) {
        throw invalid(`Invalid ${path}: must be one of ${parameter.of.join(", ")}`, null, path);
      }
      return value;
    default:
      return value;
  }
}

/** A value of "" removes the key; that is for the route. */
function readMetadata(map: FormObject, path: string): JsonObject {
  if (Object.keys(map).length > 50) throw invalid("Metadata can have up to 50 keys.", null, path);
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(map)) {
    if (typeof value !== "string") throw invalid("Metadata values must be strings.", null, `${path}[${key}]`);
    if (key.length > 40 || value.length > 500) {
      throw invalid("Metadata keys can have up to 40 characters and values up to 500.", null, `${path}[${key}]`);
    }
    result[key] = value;
  }
  return result;
}

/** Metadata as it is after an update: keys are added and replaced, "" removes a key, and "" alone removes all. */
export function mergedMetadata(before: Json | undefined, change: Json | undefined): JsonObject {
  if (change === "") return {};
  const all = { ...(before as JsonObject | undefined), ...(change as JsonObject | undefined) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
