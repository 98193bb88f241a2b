/** One line that deployed code wrote. */
export interface RunLine {
  /** RFC 3339. */
  readonly at: string;
  readonly region: string;
  /** First digits of the archive's digest. */
  readonly archive: string;
  /** "sandbox": what the sandbox itself has to say of the child. */
  readonly from: "stdout" | "stderr" | "sandbox";
  readonly text: string;
}

const longestLine = 16 * 1024;

/** The last lines of all children: what a deployed function prints is never mixed with the user's own output. */
export class RunLog {
  #lines: RunLine[] = [];
  readonly #limit: number;

  constructor(limit = 5000) {
    this.#limit = limit;
  }

  add(line: RunLine): void {
    const text = line.text.length > longestLine ? `${line.text.slice(0, longestLine)}…` : line.text;
    this.#lines.push({ ...line, text });
    if (this.#lines.length > this.#limit) this.#lines.splice(0, this.#lines.length - this.#limit);
  }

  lines(): readonly RunLine[] {
    return [...this.#lines];
  }

  clear(): void {
    this.#lines = [];
  }
}
