import type { Site } from "./module.ts";
import { type Alternative, type Argument, type Engine, one, text, type Value } from "./value.ts";

/** Every item of a list, or every member of an object that is a lookup table; null when not all are known. */
export function itemsOf(engine: Engine, value: Value, use: Site): readonly Alternative[] | null {
  if (value.kind === "list") {
    const items = value.changed ? null : flatItems(value.items);
    return items === null ? null : items.flatMap((item) => item.values());
  }
  if (value.kind === "data" && Array.isArray(value.data)) {
    return value.data.flatMap((item: unknown) => one(fromData(item, value.file), use));
  }
  if (value.kind === "record" && value.spreads.length === 0 && value.writes === undefined) {
    return [...value.members.values()].flatMap((member) => member.values());
  }
  if (value.kind === "object" && value.writes.length === 0) {
    const values: Alternative[] = [];
    for (const property of value.node.properties) {
      if (property.type === "SpreadElement" || property.kind !== "init") return null;
      values.push(...engine.evaluate(property.value, value.scene));
    }
    return values;
  }
  return null;
}

export function fromData(data: unknown, file: string): Value {
  if (typeof data === "string") return text(data);
  if (typeof data === "number" || typeof data === "boolean" || data === null || data === undefined) {
    return { kind: "plain", value: data };
  }
  return { kind: "data", data, file };
}

/** Items of a list with lists that are spread into it laid out; null when one of those is not known. */
export function flatItems(items: readonly Argument[]): readonly Argument[] | null {
  const flat: Argument[] = [];
  for (const entry of items) {
    if (!entry.spread) {
      flat.push(entry);
      continue;
    }
    const [inner, ...others] = entry.values();
    if (inner === undefined || others.length > 0) return null;
    if (inner.value.kind === "list" && !inner.value.changed && inner.value.loose !== true) {
      const deeper = flatItems(inner.value.items);
      if (deeper === null) return null;
      flat.push(...deeper);
    } else if (inner.value.kind === "text" || inner.value.kind === "plain" || inner.value.kind === "object") {
      flat.push({ ...entry, spread: false });
    } else return null;
  }
  return flat;
}
