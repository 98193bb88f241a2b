import { contentHash } from "./content-hash.ts";

/** A place of a text that names another module: `import { a } from "x"`, `export * from "x"`, `require("x")`. */
export interface ImportClause {
  /** From its first word, or the start of its line, to the end of the specifier. */
  readonly text: string;
  readonly specifier: string;
}

const specifiers = /\b(?:from|import|require)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n]+)\1/g;

/**
 * Every place of a text that may name another module; a comment may, too. The clauses are copies: a piece of a text
 * would keep all of it in memory.
 */
export function importClauses(text: string): readonly ImportClause[] {
  const found: { start: number; end: number; specifier: number }[] = [];
  let before = 0;
  for (const { index, 0: end, 2: specifier = "" } of text.matchAll(specifiers)) {
    const between = text.slice(before, index);
    const words = end.startsWith("from") ? ["import", "export"] : ["\n"];
    const start = before + Math.max(0, ...words.map((word) => between.lastIndexOf(word)));
    before = index + end.length;
    found.push({ start, end: before, specifier: specifier.length });
  }
  const copy = Buffer.from(found.map(({ start, end }) => text.slice(start, end)).join(""), "utf16le").toString(
    "utf16le",
  );
  let at = 0;
  return found.map(({ start, end, specifier }) => {
    const clause = copy.slice(at, at + end - start);
    at += end - start;
    // The last character is the quote after the specifier.
    return { text: clause, specifier: clause.slice(clause.length - 1 - specifier, -1) };
  });
}

/** What a text may import, as pieces of it. */
export function specifiersOf(text: string): readonly string[] {
  return Array.from(text.matchAll(specifiers), ([, , specifier = ""]) => specifier);
}

/** Hash of all that a text imports, and under which names. */
export function importsHash(clauses: readonly ImportClause[]): string {
  return contentHash(clauses.map(({ text }) => text).join("\0"));
}
