/**
 * Characters that could forge or hide output on a terminal: control characters (among them the escape that starts
 * colours and cursor moves), marks that reorder text, characters without width, line separators, lone surrogates.
 */
const hostile = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text with such characters written out ("\u{1b}"), so that a name shows what it is and does nothing. */
export function visible(text: string): string {
  return text.replace(hostile, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A line of source for an excerpt: as `visible`, but a tab becomes one blank, so that columns stay in place. */
export function visibleLine(line: string): string {
  return visible(line.replaceAll("\t", " "));
}

/**
 * JSON text that means the same and does nothing on a terminal: what JSON.stringify leaves as it is of such characters
 * is written as an escape. Line feeds stay, since between values they are layout and inside of texts JSON has none.
 */
export function visibleJson(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
