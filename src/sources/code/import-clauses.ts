import { createHash } from "node:crypto";

/** Every place of a text that may name another module; a comment may, too. */
export const specifiers = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n]+)\1/g;

/** Hash of all that a text imports, and under which names. */
export function importsHash(text: string): string {
  const hash = createHash("sha1");
  let before = 0;
  for (const { index, 0: end } of text.matchAll(specifiers)) {
    const between = text.slice(before, index);
    const words = end.startsWith("from") ? ["import", "export"] : ["\n"];
    const start = before + Math.max(0, ...words.map((word) => between.lastIndexOf(word)));
    before = index + end.length;
    hash.update(text.slice(start, before));
  }
  return hash.digest("base64");
}
