import type { CST } from "yaml";
import { insertIntoFlow, removeFromFlow } from "./edit-flow.ts";
import { type EditSource, indentOf, lineAfter, lineEnd, lineStart, type Splice } from "./edit-text.ts";
import { type EditValue, writeText, writeYaml } from "./write-yaml.ts";
import type { Path } from "./yaml-file.ts";
import {
  type Collection,
  endOfColon,
  endOfItem,
  type Item,
  isCollection,
  isFlow,
  itemsOf,
  nameOf,
  startOfItem,
  startOfValue,
} from "./yaml-tokens.ts";

/** Sets what is at a path and creates what is missing on the way. Null where the text has no room for it. */
export function splicesOfSet(source: EditSource, path: Path, value: EditValue): Splice[] | null {
  if (source.root === undefined) return [appendSection(source, path, value)];
  let container: CST.Token | undefined = source.root;
  for (const [depth, part] of path.entries()) {
    if (!isCollection(container)) return null;
    const items = itemsOf(container);
    const item: Item | undefined =
      typeof part === "number" ? items[part] : items.find((candidate) => nameOf(candidate) === part);
    const rest = path.slice(depth + 1);
    if (item === undefined) {
      if (typeof part === "number") return null;
      if (depth === 0 && !isFlow(container)) return [appendSection(source, path, value)];
      return insertInto(source, container, items.length, `${writeText(part)}: ${writeYaml(nested(rest, value))}`);
    }
    if (rest.length === 0) return mergeMap(source, item, path, value) ?? replaceValue(source, item, writeYaml(value));
    if (!isCollection(item.value)) return deepen(source, item, path.slice(0, depth + 1), rest, value);
    container = item.value;
  }
  return null;
}

/** Turns one map into another key by key, so that comments between its keys stay. Null where either is no map. */
function mergeMap(source: EditSource, item: Item, path: Path, value: EditValue): Splice[] | null {
  if (!isCollection(item.value) || typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const present = itemsOf(item.value).map(nameOf);
  const wanted = Object.entries(value as Readonly<Record<string, EditValue>>);
  if (!wanted.some(([key]) => present.includes(key))) return null;
  const splices: Splice[] = [];
  const extra = present.filter((key) => key !== null && !wanted.some(([name]) => name === key));
  for (const [key, inner] of wanted) {
    const own = splicesOfSet(source, [...path, key], inner);
    if (own === null) return null;
    splices.push(...own);
  }
  for (const key of extra) {
    const own = splicesOfRemove(source, [...path, key ?? ""]);
    if (own === null) return null;
    splices.push(...own);
  }
  return splices;
}

/** Adds an entry at the end of a list and creates the list where it is missing. */
export function splicesOfAppend(source: EditSource, path: Path, value: EditValue): Splice[] | null {
  const list = find(source, path);
  if (list === null) return splicesOfSet(source, path, [value]);
  if (!isCollection(list.value)) return null;
  const items = itemsOf(list.value);
  const lead = list.value.type === "block-seq" ? "- " : "";
  return insertInto(source, list.value, items.length, lead + writeYaml(value));
}

/** Removes an entry with its own line; comments on lines of their own stay. */
export function splicesOfRemove(source: EditSource, path: Path): Splice[] | null {
  const parent = path.length === 1 ? null : find(source, path.slice(0, -1));
  const container = path.length === 1 ? source.root : parent?.value;
  if (!isCollection(container)) return null;
  const items = itemsOf(container);
  const last = path.at(-1);
  const index = typeof last === "number" ? last : items.findIndex((item) => nameOf(item) === last);
  const item = items[index];
  if (item === undefined) return null;
  if (isFlow(container)) return removeFromFlow(source, container, item);
  const lines = wholeLines(source, item);
  if (lines === null) return null;
  if (items.length > 1) return [lines];
  const colon = parent === null ? null : endOfColon(parent);
  if (colon === null) return null;
  return [{ from: colon, to: colon, text: container.type === "block-seq" ? " []" : " {}" }, lines];
}

/** Inserts text before the entry of that index, or behind the last one. */
export function insertInto(source: EditSource, container: Collection, index: number, text: string): Splice[] | null {
  const items = itemsOf(container);
  const before = items[index - 1];
  if (isFlow(container)) return insertIntoFlow(source, container, before, items[0], text);
  const first = items[0];
  if (first === undefined) return null;
  const indent = indentOf(source, startOfItem(first) ?? 0);
  if (before === undefined) {
    const from = lineStart(source.text, startOfItem(first) ?? 0);
    return [{ from, to: from, text: `${indent}${text}${source.eol}` }];
  }
  return [lineAfter(source, endOfItem(before), indent + text)];
}

function appendSection(source: EditSource, path: Path, value: EditValue): Splice {
  const [section, ...rest] = path;
  const inner = nested(rest, value);
  const root = source.root;
  const items = isCollection(root) ? itemsOf(root) : [];
  const first = items[0];
  const indent = first === undefined ? "" : indentOf(source, startOfItem(first) ?? 0);
  let body = ` ${writeYaml(inner)}`;
  if (Array.isArray(inner)) {
    body = inner.map((entry) => `${source.eol}${indent}  - ${writeYaml(entry)}`).join("");
  } else if (typeof inner === "object" && inner !== null) {
    const pairs = Object.entries(inner as Readonly<Record<string, EditValue>>);
    body = pairs.map(([key, entry]) => `${source.eol}${indent}  ${writeText(key)}: ${writeYaml(entry)}`).join("");
  }
  const line = `${indent}${writeText(String(section))}:${body}`;
  const last = items.at(-1);
  return lineAfter(source, last === undefined ? source.text.length : endOfItem(last), line);
}

function replaceValue(source: EditSource, item: Item, text: string): Splice[] | null {
  if (item.value === undefined) {
    const colon = endOfColon(item);
    return colon === null ? null : [{ from: colon, to: colon, text: ` ${text}` }];
  }
  const block =
    item.value.type === "block-scalar" || item.value.type === "block-map" || item.value.type === "block-seq";
  if (block) {
    // Comments between the lines of a block would be lost with it.
    const old = source.text.slice(startOfValue(item) ?? 0, endOfItem(item));
    if (item.value.type !== "block-scalar" && old.includes("#")) return null;
    const colon = endOfColon(item);
    if (colon === null) return null;
    const from = startOfValue(item) ?? colon;
    const end = endOfItem(item);
    const tail = source.text[end - 1] === "\n" ? source.eol : "";
    // A block begins on the line below its key; what replaces it stands beside the key.
    const gap = source.text.slice(colon, from);
    if (gap.includes("#")) return null;
    return [{ from: colon, to: end, text: ` ${text}${tail}` }];
  }
  const from = item.value.offset;
  const to = endOfItem(item);
  const quote = source.text[from];
  const requoted = (quote === '"' || quote === "'") && /^[A-Za-z0-9_./ +-]*$/.test(text) ? quote + text + quote : text;
  return [{ from, to, text: requoted }];
}

/** Makes a map of a shorthand, an empty value or an alias, so that a key can be added to it. */
function deepen(source: EditSource, item: Item, path: Path, rest: Path, value: EditValue): Splice[] | null {
  const [key, ...deeper] = rest;
  if (typeof key !== "string") return null;
  const added = `${writeText(key)}: ${writeYaml(nested(deeper, value))}`;
  const current = source.valueAt(path);
  if (current === null || current === undefined) {
    return replaceValue(source, item, `{ ${added} }`);
  }
  const from = startOfValue(item);
  if (from === null) return null;
  const to = endOfItem(item);
  if (typeof current === "string" && path[0] === "functions" && path.length === 2) {
    if (item.value?.type === "block-scalar") return null;
    const same = key === "class";
    const kept = same ? added : `class: ${source.text.slice(from, to)}, ${added}`;
    return [{ from, to, text: `{ ${kept} }` }];
  }
  if (item.value?.type !== "alias" || typeof current !== "object" || Array.isArray(current)) return null;
  const spelled = { ...(current as Readonly<Record<string, EditValue>>) };
  const inner = spelled[key];
  spelled[key] = deeper.length === 0 ? value : mergeInto(inner, deeper, value);
  return [{ from, to, text: writeYaml(spelled) }];
}

function mergeInto(current: EditValue | undefined, path: Path, value: EditValue): EditValue {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const map = typeof current === "object" && current !== null && !Array.isArray(current) ? current : {};
  const entries = map as Readonly<Record<string, EditValue>>;
  return { ...entries, [String(key)]: mergeInto(entries[String(key)], rest, value) };
}

/** The lines of a block entry; null where something else begins on its first line. */
function wholeLines(source: EditSource, item: Item): Splice | null {
  const start = startOfItem(item) ?? 0;
  const from = lineStart(source.text, start);
  if (source.text.slice(from, start).trim() !== "") return null;
  return { from, to: lineEnd(source.text, endOfItem(item)), text: "" };
}

function find(source: EditSource, path: Path): Item | null {
  let container: CST.Token | undefined = source.root;
  let found: Item | null = null;
  for (const part of path) {
    if (!isCollection(container)) return null;
    const items = itemsOf(container);
    const item = typeof part === "number" ? items[part] : items.find((candidate) => nameOf(candidate) === part);
    if (item === undefined) return null;
    found = item;
    container = item.value;
  }
  return found;
}

export function findCollection(source: EditSource, path: Path): Collection | null {
  const item = find(source, path);
  return isCollection(item?.value) ? item.value : null;
}

function nested(path: Path, value: EditValue): EditValue {
  return path.reduceRight<EditValue>((inner, key) => ({ [String(key)]: inner }), value);
}
