import { createHash } from "node:crypto";

/** Every place of a text that may name another module; a comment may, too. */
export const specifiers = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n]+)\1/g;

/** Hash of all that a text imports, and under which names. */
export function importsHash(text: string): string {
  const clauses: string[] = [];
  for (const { index, 0: end } of text.matchAll(specifiers)) {
    const start = Math.max(
      0,
      ...["import", "export", "const", "let", "var"].map((word) => text.lastIndexOf(word, index)),
    );
    clauses.push(text.slice(start, index + end.length));
  }
  return createHash("sha1").update(clauses.join("\n")).digest("base64");
}
