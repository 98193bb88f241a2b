import { visible } from "./visible.ts";

/** Running text, in which nothing is markup, a link, or calls somebody by name. */
export function prose(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]()#+!|~$]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@&#8203;")
    .replaceAll("://", "\\://")
    .replaceAll("www.", "www\\.")
    .replace(/^[-=]/, "\\$&")
    .replace(/^(\d+)([.)])/, "$1\\$2");
}

/** A name as code, whatever is in it. */
export function code(text: string): string {
  const safe = visible(text);
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = safe.startsWith("`") || safe.endsWith("`") ? " " : "";
  return `${fence}${pad}${safe}${pad}${fence}`;
}
