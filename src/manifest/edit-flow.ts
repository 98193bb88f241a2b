import type { CST } from "yaml";
import { type EditSource, indentOf, lineAfter, lineEnd, lineStart, type Splice } from "./edit-text.ts";
import { endOfItem, type Item, startOfItem } from "./yaml-tokens.ts";

export function insertIntoFlow(
  source: EditSource,
  container: CST.FlowCollection,
  before: Item | undefined,
  first: Item | undefined,
  text: string,
): Splice[] {
  if (before !== undefined) {
    return startsLine(source, startOfItem(before)) && startsLine(source, container.end[0]?.offset ?? null)
      ? insertFlowLine(source, container, before, text)
      : [{ from: endOfItem(before), to: endOfItem(before), text: `, ${text}` }];
  }
  const open = container.start.offset + 1;
  if (first === undefined) {
    const padded = container.start.source === "{" ? ` ${text} ` : text;
    return [{ from: open, to: open, text: padded }];
  }
  const at = startOfItem(first) ?? open;
  return [{ from: at, to: at, text: `${text}, ` }];
}

/** Flow style that has each entry on a line of its own goes on so. */
function insertFlowLine(source: EditSource, container: CST.FlowCollection, before: Item, text: string): Splice[] {
  const end = endOfItem(before);
  const indent = indentOf(source, startOfItem(before) ?? 0);
  const items = container.items as Item[];
  const next = items[items.indexOf(before) + 1];
  const comma = next?.start.find((token) => token.type === "comma")?.offset;
  if (comma !== undefined) return [lineAfter(source, comma + 1, `${indent}${text},`)];
  return [{ from: end, to: end, text: "," }, lineAfter(source, end, indent + text)];
}

function startsLine(source: EditSource, offset: number | null): boolean {
  return offset !== null && source.text.slice(lineStart(source.text, offset), offset).trim() === "";
}

export function removeFromFlow(source: EditSource, container: CST.FlowCollection, item: Item): Splice[] {
  const { text } = source;
  const all = container.items as Item[];
  const index = all.indexOf(item);
  const from = startOfItem(item) ?? 0;
  const to = endOfItem(item);
  const commaIn = (other: Item | undefined) => other?.start.find((token) => token.type === "comma")?.offset ?? null;
  const after = commaIn(all[index + 1]);
  const before = index > 0 ? commaIn(item) : null;
  const lineFrom = lineStart(text, from);
  const lead = text.slice(lineFrom, from);
  if (after !== null) {
    const between = text.slice(to, after);
    const spaces = /^[ \t]*/.exec(text.slice(after + 1))?.[0].length ?? 0;
    const behind = after + 1 + spaces;
    if (between.trim() !== "")
      return [
        { from, to, text: "" },
        { from: after, to: after + 1, text: "" },
      ];
    const alone = lead.trim() === "" && /[\r\n]/.test(text[behind] ?? "\n");
    return alone ? [{ from: lineFrom, to: lineEnd(text, behind), text: "" }] : [{ from, to: behind, text: "" }];
  }
  if (before === null) return [{ from, to, text: "" }];
  const between = text.slice(before + 1, from);
  if (/^[ \t]*$/.test(between)) return [{ from: before, to, text: "" }];
  const alone = lead.trim() === "" && /[\r\n]/.test(text[to] ?? "\n");
  const own = alone ? { from: lineFrom, to: lineEnd(text, to), text: "" } : { from, to, text: "" };
  return [{ from: before, to: before + 1, text: "" }, own];
}
