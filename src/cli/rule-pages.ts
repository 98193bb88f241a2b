import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the pages lie as seen from this file: from the bundle's chunks, from the bundle, from source. */
const candidates = ["../rules/", "./rules/", "../audit/rules/"];

/** Ids of all rules that have a page, sorted. Throws when the installation lacks the pages. */
export function ruleNames(): readonly string[] {
  return readdirSync(pagesFolder())
    .filter((file) => file.endsWith(".md"))
    .map((file) => file.slice(0, -".md".length))
    .sort();
}

/** The page of a rule, as Markdown. */
export function rulePage(rule: string): string {
  return readFileSync(join(pagesFolder(), `${rule}.md`), "utf8");
}

function pagesFolder(): string {
  const folders = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  const found = folders.find((folder) => existsSync(join(folder, "wrong-region.md")));
  if (found === undefined) throw new Error("the pages of the rules are missing from this installation");
  return found;
}
