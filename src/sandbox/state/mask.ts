import { isObject, type JsonObject } from "./json.ts";
import { Refusal } from "./refusal.ts";

/** "a,b_c.d" → [["a"], ["bC", "d"]]; null without a mask, which replaces every field. */
export function parseMask(mask: string | null): string[][] | null {
  if (mask === null || mask.trim() === "" || mask.trim() === "*") return null;
  return mask.split(",").map((path) =>
    path
      .trim()
      .split(".")
      .map((part, index, all) => (isMapKey(all, index) ? part : camel(part))),
  );
}

/**
 * `current` with the fields of the mask taken from `change`: a field that the mask names and `change` lacks is cleared,
 * as Google does. Without a mask every field of `writable` is taken from `change`.
 */
export function applyMask(
  current: JsonObject,
  change: JsonObject,
  mask: string[][] | null,
  writable: readonly string[],
): JsonObject {
  const paths = mask ?? writable.map((field) => [field]);
  const result = structuredClone(current);
  for (const path of paths) {
    const [field = ""] = path;
    if (!writable.includes(field)) {
      throw new Refusal("INVALID_ARGUMENT", `Invalid field mask: field "${path.join(".")}" is unknown or read only.`);
    }
    copyPath(result, change, path);
  }
  return result;
}

function copyPath(target: JsonObject, source: JsonObject, path: readonly string[]): void {
  const [field, ...rest] = path;
  if (field === undefined) return;
  const value = source[field];
  if (rest.length === 0) {
    if (value === undefined || value === null) delete target[field];
    else target[field] = structuredClone(value);
    return;
  }
  const below = target[field];
  const next: JsonObject = isObject(below) ? below : {};
  copyPath(next, isObject(value) ? value : {}, rest);
  target[field] = next;
}

/** Keys of labels and environment variables keep their spelling. */
function isMapKey(path: readonly string[], index: number): boolean {
  const above = path[index - 1];
  return above !== undefined && /^(labels|.*[vV]ariables)$/.test(above);
}

function camel(part: string): string {
  return part.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
