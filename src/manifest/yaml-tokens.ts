import { CST, Parser } from "yaml";

/** Entry of a map or list in the concrete syntax: every character of the text belongs to some token. */
export interface Item {
  readonly start: readonly CST.SourceToken[];
  readonly key?: CST.Token | null;
  readonly sep?: readonly CST.SourceToken[];
  readonly value?: CST.Token;
}

export type Collection = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;

const silent = new Set(["space", "newline", "comment", "comma"]);

/** The first document's value as tokens; undefined for a text without one. */
export function tokensOf(text: string): CST.Token | undefined {
  for (const token of new Parser().parse(text)) if (token.type === "document") return token.value;
  return undefined;
}

/** Entries that hold something; the empty one after a trailing comma or comment is left out. */
export function itemsOf(collection: Collection): Item[] {
  return (collection.items as Item[]).filter((item) => startOfItem(item) !== null);
}

export function isCollection(token: CST.Token | undefined | null): token is Collection {
  return CST.isCollection(token);
}

export function isFlow(collection: Collection): collection is CST.FlowCollection {
  return collection.type === "flow-collection";
}

export function nameOf(item: Item): string | null {
  if (item.key === undefined || item.key === null) return null;
  return CST.resolveAsScalar(item.key)?.value ?? null;
}

/** Where an entry begins: its dash, "?", anchor, tag or key. Null for an entry of white space and comments alone. */
export function startOfItem(item: Item): number | null {
  const mark = item.start.find((token) => !silent.has(token.type));
  if (mark !== undefined) return mark.offset;
  if (item.key !== undefined && item.key !== null) return startOfToken(item.key);
  const sign = item.sep?.find((token) => !silent.has(token.type));
  if (sign !== undefined) return sign.offset;
  return item.value === undefined ? null : startOfToken(item.value);
}

/** Where an entry's last visible character ends; comments after it are not part of it. */
export function endOfItem(item: Item): number {
  if (item.value !== undefined) return endOfToken(item.value);
  const sign = item.sep?.findLast((token) => !silent.has(token.type));
  if (sign !== undefined) return sign.offset + sign.source.length;
  if (item.key !== undefined && item.key !== null) return endOfToken(item.key);
  const mark = item.start.findLast((token) => !silent.has(token.type));
  return mark === undefined ? 0 : mark.offset + mark.source.length;
}

/** Where a value begins, its anchor and tag included; null for an entry without one. */
export function startOfValue(item: Item): number | null {
  if (item.value === undefined) return null;
  const marks = item.sep ?? item.start;
  const property = marks.find((token) => token.type === "anchor" || token.type === "tag");
  return property?.offset ?? startOfToken(item.value);
}

/** Just behind the colon, or behind the anchor and tag that follow it. */
export function endOfColon(item: Item): number | null {
  const sign = item.sep?.findLast((token) => !silent.has(token.type));
  return sign === undefined ? null : sign.offset + sign.source.length;
}

function startOfToken(token: CST.Token): number {
  if (token.type === "block-scalar") return token.props[0]?.offset ?? token.offset;
  if (CST.isCollection(token) && token.type !== "flow-collection") {
    const first = (token.items as Item[]).map(startOfItem).find((start) => start !== null);
    return first ?? token.offset;
  }
  return token.offset;
}

function endOfToken(token: CST.Token): number {
  if (token.type === "flow-collection") {
    const close = token.end[0];
    return close === undefined ? token.offset + 1 : close.offset + close.source.length;
  }
  if (token.type === "block-map" || token.type === "block-seq") {
    const last = itemsOf(token).at(-1);
    return last === undefined ? token.offset : endOfItem(last);
  }
  if (token.type === "block-scalar") {
    // Behind the header may stand a comment and a line break before the text itself.
    const lead = token.props.reduce((sum, part) => sum + CST.stringify(part).length, 0);
    return startOfToken(token) + lead + token.source.length;
  }
  return token.offset + ("source" in token ? token.source.length : 0);
}
