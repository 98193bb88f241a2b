const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Columns a text takes on a terminal: two for East Asian and emoji characters, none for combining marks. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/**
 * Wraps at blanks to `width` columns, `first` before the first line and `rest` before the others. A word that is
 * longer than a line stays whole: paths and commands must survive copying.
 */
export function wrap(text: string, width: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = rest + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  lines.push(line);
  return lines;
}

/** Text with its end of line; on a terminal, what does not fit goes on in the next one, and in a log (null) it stays whole. */
export function paragraph(text: string, columns: number | null): string {
  return `${wrap(text, columns ?? Number.POSITIVE_INFINITY, "", "  ").join("\n")}\n`;
}

/** The end of a text that is wider than `width` columns, after "…": of a path, its end says most. */
export function tailOf(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = [...text];
  let at = characters.length;
  for (let room = width - 1; at > 0; at--) {
    room -= displayWidth(characters[at - 1] ?? "");
    if (room < 0) break;
  }
  return `…${characters.slice(at).join("")}`;
}

/** The beginning of a text, as much of it as `width` columns hold. */
export function headOf(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let shown = "";
  let room = width;
  for (const character of text) {
    room -= displayWidth(character);
    if (room < 0) break;
    shown += character;
  }
  return shown;
}

/** Pads with blanks to a width in columns. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}

/** Rows as aligned columns, two blanks apart, heading first; no blanks at line ends. An empty column is left out. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const used = heading.map((title, column) => title !== "" || rows.some((row) => (row[column] ?? "") !== ""));
  const all = [heading, ...rows].map((row) => row.filter((_, column) => used[column]));
  const widths = (all[0] ?? []).map((_, column) =>
    all.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? "")), 0),
  );
  return all.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** "1 error", "2 errors". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
