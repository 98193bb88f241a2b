const widest = 120;
const secretShapes = [
  /\b(?:sk|rk|pk|whsec)_[A-Za-z0-9_]{4,}/g,
  /\b\d{6,12}:[A-Za-z0-9_-]{20,}/g,
  /\b[0-9a-fA-F]{32,}\b/g,
  /(?<=\b(?:key|token|secret|password)["']?\s*:\s*["']?)(?!env:)[^\s"',}]{4,}/g,
];

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

/** Replaces what looks like a key or token with asterisks of the same length. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const shape of secretShapes) masked = masked.replace(shape, (found) => "*".repeat(found.length));
  return masked;
}
