import { code, prose } from "../../markdown-text.ts";

/** Running text whose pieces between backticks stay code. */
export function text(words: string): string {
  return words
    .split(/`([^`]+)`/)
    .map((piece, index) => (index % 2 === 1 ? code(piece) : prose(piece)))
    .join("");
}

/** A name as code; null is nothing. */
export function name(word: string | null): string {
  return word === null ? "" : code(word);
}

export function names(words: readonly string[], none: string): string {
  return words.length === 0 ? none : words.map((word) => code(word)).join(", ");
}

/** A table; cells are Markdown already. A bar would end its cell even in code. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replace(/\\\||\|/g, "\\|")).join(" | ")} |`;
  const aligned = heading.map((_, column) => (rows.every((row) => typeof row[column] === "number") ? "---:" : "---"));
  return `${[line(heading), line(aligned), ...rows.map(line)].join("\n")}\n`;
}

/** Lines of a list; each is Markdown already. */
export function list(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `${lines.map((one) => `- ${one}`).join("\n")}\n`;
}
