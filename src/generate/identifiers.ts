const words = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/**
 * A function's ID as a name that TypeScript takes: `group-send` becomes groupSend. One that is a word of the language,
 * or among `taken`, gets "Function" behind it.
 */
export function identifierOf(name: string, taken: ReadonlySet<string>): string {
  const joined = name.replace(/-+([A-Za-z0-9_])?/g, (_, next: string | undefined) => (next ?? "").toUpperCase());
  const started = /^\d/.test(joined) ? `_${joined}` : joined;
  return words.has(started) || taken.has(started) ? `${started}Function` : started;
}

/** A list of names in one line where that fits, else each on a line of its own, as formatters put it. */
export function bracketed(head: string, items: readonly string[], tail: string, indent: string): string {
  const line = `${indent}${head}${items.join(", ")}${tail}`;
  if (line.length <= lineWidth) return line;
  return `${indent}${head}\n${items.map((item) => `${indent}  ${item},\n`).join("")}${indent}${tail}`;
}

const lineWidth = 120;
