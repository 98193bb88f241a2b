/*
 * A patch without context, read as it comes: only the numbers of its hunks are kept. Lines of content are counted and
 * not looked at, since a line of a file may read like any line of a patch.
 */

type Ranges = [first: number, last: number][];

export class PatchLines {
  readonly after = new Map<string, Ranges>();
  readonly before = new Map<string, Ranges>();
  #rest = "";
  /** Lines of content that are still to come. */
  #content = 0;
  /** In the middle of such a line. */
  #inside = false;
  #old: string | null = null;
  #new: string | null = null;

  take(chunk: Buffer): void {
    // A character for each byte: names are decoded once they are whole.
    const text = this.#rest + chunk.toString("latin1");
    this.#rest = "";
    let at = 0;
    while (at < text.length) {
      const end = text.indexOf("\n", at);
      if (this.#inside || this.#content > 0) {
        // "\ No newline at end of file" belongs to the line before, and is none of its own.
        if (!this.#inside && text[at] !== "\\") this.#content -= 1;
        this.#inside = end === -1;
        at = end === -1 ? text.length : end + 1;
        continue;
      }
      if (end === -1) {
        this.#rest = text.slice(at);
        return;
      }
      this.#header(text.slice(at, end));
      at = end + 1;
    }
  }

  #header(line: string): void {
    if (line.startsWith("diff --git ")) {
      this.#old = null;
      this.#new = null;
    } else if (line.startsWith("--- ")) this.#old = nameIn(line.slice(4), "a/");
    else if (line.startsWith("+++ ")) this.#new = nameIn(line.slice(4), "b/");
    else {
      const [, from, fromCount = "1", to, toCount = "1"] =
        /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
      if (from === undefined || to === undefined) return;
      note(this.before, this.#old, Number(from), Number(fromCount));
      note(this.after, this.#new, Number(to), Number(toCount));
      this.#content = Number(fromCount) + Number(toCount);
    }
  }
}

function note(lines: Map<string, Ranges>, file: string | null, first: number, count: number): void {
  if (file === null || count === 0) return;
  const known = lines.get(file) ?? [];
  lines.set(file, known);
  known.push([first, first + count - 1]);
}

/** The path of a header; null for /dev/null. */
function nameIn(text: string, prefix: string): string | null {
  // Git ends a name in which there are blanks with a tab.
  const bytes = text.startsWith('"') ? unquoted(text) : text.replace(/\t$/, "");
  if (!bytes.startsWith(prefix)) return null;
  return Buffer.from(bytes.slice(prefix.length), "latin1").toString("utf8");
}

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
};

/** A name as git quotes it: in C's escapes, a byte for each octal one. */
function unquoted(text: string): string {
  const inner = text.slice(1, text.lastIndexOf('"'));
  return inner.replace(/\\([0-7]{3}|[\s\S])/g, (_, code: string) =>
    /^[0-7]{3}$/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );
}
