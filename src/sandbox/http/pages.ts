import type { JsonObject } from "../state/json.ts";
import { Refusal } from "../state/refusal.ts";
import type { Call } from "./call.ts";

export interface PageRules {
  /** Key of the list in the answer: "functions". */
  readonly key: string;
  /** Largest page, and the page of a caller who asks for none. */
  readonly maxPage: number;
  readonly defaultPage?: number;
  /** Query parameter with the size: "pageSize" unless told. */
  readonly sizeParameter?: string;
}

/**
 * One page in Google's way: ordered by name, the token says after which name to go on, so that items that come or go
 * between two pages neither repeat nor hide others. An empty list has no key at all, like every empty field.
 */
export function page(call: Call, items: readonly JsonObject[], rules: PageRules): JsonObject {
  const sorted = [...items].sort((a, b) => compare(nameOf(a), nameOf(b)));
  const token = call.query.get("pageToken");
  const after = token === null || token === "" ? null : readToken(call, token);
  const rest = after === null ? sorted : sorted.filter((item) => compare(nameOf(item), after) > 0);
  const size = pageSize(call, rules);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  return {
    ...(shown.length === 0 ? {} : { [rules.key]: shown }),
    ...(rest.length > size && last !== undefined ? { nextPageToken: writeToken(call, nameOf(last)) } : {}),
  };
}

function pageSize(call: Call, rules: PageRules): number {
  const text = call.query.get(rules.sizeParameter ?? "pageSize");
  const asked = text === null || text === "" ? 0 : Number(text);
  if (!Number.isInteger(asked) || asked < 0) {
    throw new Refusal("INVALID_ARGUMENT", `Invalid page size "${text}": must be a number of 0 or more.`);
  }
  const size = Math.min(asked === 0 ? (rules.defaultPage ?? rules.maxPage) : asked, rules.maxPage);
  return Math.min(size, call.world.faults.pageSize(call) ?? size);
}

function writeToken(call: Call, name: string): string {
  return Buffer.from(JSON.stringify([call.path, name])).toString("base64url");
}

/** A token belongs to the list it came from. */
function readToken(call: Call, token: string): string {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    if (Array.isArray(value) && value[0] === call.path && typeof value[1] === "string") return value[1];
  } catch {
    // Falls through to the refusal.
  }
  throw new Refusal("INVALID_ARGUMENT", "The provided page token is invalid.");
}

function nameOf(item: JsonObject): string {
  return String(item.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
