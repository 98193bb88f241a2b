import { maskSecrets as maskShapes } from "../model/mask-secrets.ts";

const widest = 120;
/** A value whose name says that it is one. In a manifest no such value is anything else, and the file may be a wrong one. */
const namedSecrets = /(?<=\b\w*(?:key|token|secret|password)(?:_id)?["']?\s*:\s*["']?)(?!env:)[^\s"',}]{4,}/g;

/** Starts of lines of a text; positions are offsets in UTF-16 units, answers 1-based. */
export class LineTable {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(text: string) {
    this.#text = text;
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  position(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** The line with a pointer under the column, long lines cut around it, whatever looks like a secret masked. */
  excerpt(line: number, column: number): string {
    const start = this.#starts[line - 1] ?? 0;
    const end = this.#starts[line] ?? this.#text.length + 1;
    let from = end - 1 - start <= widest ? start : Math.max(start, start + column - 1 - widest / 2);
    let to = Math.min(end - 1, from + widest);
    if (this.#text[to - 1] === "\r") to -= 1;
    // A cut must not part the halves of a surrogate pair, nor hide what a masked word begins with.
    const masked = maskSecrets(this.#text.slice(Math.max(start, from - 300), Math.min(end - 1, to + 300)));
    const skipped = from - Math.max(start, from - 300);
    if (/[\uDC00-\uDFFF]/.test(this.#text[from] ?? "")) from += 1;
    const shown = masked.slice(skipped, skipped + to - from);
    const before = shown.slice(0, Math.max(0, start + column - 1 - from));
    const number = String(line);
    const lead = from > start ? "…" : "";
    const tail = to < end - 1 && this.#text[to] !== "\r" ? "…" : "";
    const pad = before.replace(/[^\t]/g, " ");
    return `${number} | ${lead}${shown}${tail}\n${" ".repeat(number.length)} | ${lead === "" ? "" : " "}${pad}^`;
  }
}

/** Text of a manifest with all that may be a secret replaced by asterisks of the same length. */
export function maskSecrets(text: string): string {
  return maskShapes(text).replace(namedSecrets, (found) => "*".repeat(found.length));
}
