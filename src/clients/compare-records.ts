import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "./google-send.ts";
import { safeValue } from "./safe-record.ts";

export interface FieldChange {
  /** "webhook_endpoint.url". */
  readonly field: string;
  /** As it may be written down; null: the field was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

export type Comparison =
  | { readonly result: "same" }
  | { readonly result: "changed"; readonly fields: readonly FieldChange[] };

/**
 * Compares a holder's record before and after, field by field, in the order of the fields' names. Lists are one field
 * each. `except` names fields, with all below them, that may differ. What is secret is compared, and never shown.
 */
export function compareRecords(before: JsonObject, after: JsonObject, except: readonly string[] = []): Comparison {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => !except.some((name) => field === name || field.startsWith(`${name}.`)))
    .filter((field) => !isDeepStrictEqual(old.get(field), now.get(field)))
    .sort()
    .map((field) => ({ field, before: shown(field, old), after: shown(field, now) }));
  return fields.length === 0 ? { result: "same" } : { result: "changed", fields };
}

/** Values by their dotted names. Empty objects count as nothing: Google leaves them out or not. */
function leavesOf(record: JsonObject, prefix = ""): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const name = `${prefix}${key}`;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [below, leaf] of leavesOf(value as JsonObject, `${name}.`)) leaves.set(below, leaf);
    } else leaves.set(name, value);
  }
  return leaves;
}

function shown(field: string, leaves: ReadonlyMap<string, unknown>): string | null {
  if (!leaves.has(field)) return null;
  // The name of each level may be what makes the value secret.
  const path = field.split(".");
  let value: unknown = leaves.get(field);
  for (const key of path.toReversed()) value = { [key]: value };
  let safe = safeValue("", value);
  for (const key of path) safe = (safe as JsonObject)[key];
  return typeof safe === "string" ? safe : JSON.stringify(safe);
}
