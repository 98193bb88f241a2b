/** One replacement in one file. Offsets are UTF-16 units into the file's text without its byte order mark. */
export interface TextEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after the edits; null where two of them overlap. Equal edits count once. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  let last: TextEdit | null = null;
  for (const edit of sorted) {
    if (last !== null && edit.start === last.start && edit.end === last.end && edit.text === last.text) continue;
    if (edit.start < at || (last !== null && edit.start === last.start)) return null;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
    last = edit;
  }
  return result + text.slice(at);
}

/** The line end that a text uses around an offset: that of the line itself, else of the one before. */
export function lineEndAt(text: string, offset: number): string {
  const next = text.indexOf("\n", offset);
  const found = next === -1 ? text.lastIndexOf("\n") : next;
  return found > 0 && text[found - 1] === "\r" ? "\r\n" : "\n";
}

/** White space that the line of an offset starts with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** Offset of a 1-based line and column; null where the text has no such place. */
export function offsetOf(text: string, line: number, column: number): number | null {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const end = text.indexOf("\n", start);
    if (end === -1) return null;
    start = end + 1;
  }
  const offset = start + column - 1;
  return offset <= text.length ? offset : null;
}
