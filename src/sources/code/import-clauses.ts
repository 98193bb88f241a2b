import { createHash } from "node:crypto";

/** A place of a text that names another module: `import { a } from "x"`, `export * from "x"`, `require("x")`. */
export interface ImportClause {
  /** From its first word, or the start of its line, to the end of the specifier. */
  readonly text: string;
  readonly specifier: string;
}

const specifiers = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n]+)\1/g;

/** Every place of a text that may name another module; a comment may, too. */
export function importClauses(text: string): readonly ImportClause[] {
  const clauses: ImportClause[] = [];
  let before = 0;
  for (const { index, 0: end, 2: specifier = "" } of text.matchAll(specifiers)) {
    const between = text.slice(before, index);
    const words = end.startsWith("from") ? ["import", "export"] : ["\n"];
    const start = before + Math.max(0, ...words.map((word) => between.lastIndexOf(word)));
    before = index + end.length;
    clauses.push({ text: text.slice(start, before), specifier });
  }
  return clauses;
}

/** Hash of all that a text imports, and under which names. */
export function importsHash(clauses: readonly ImportClause[]): string {
  return createHash("sha1")
    .update(clauses.map(({ text }) => text).join("\0"))
    .digest("base64");
}
