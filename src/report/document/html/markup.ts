import { visible } from "../../visible.ts";

/** A piece of HTML. Nothing but `html` and `raw` makes one, so that text from outside never becomes markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = string | number | Markup | null | false | readonly Part[];

/** Template whose values are text, made harmless, or pieces made by it; lists are joined, null and false are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? "";
  parts.forEach((part, index) => {
    text += rendered(part) + (strings[index + 1] ?? "");
  });
  return new Markup(text);
}

/** Text of this program's own, which is markup already: styles, scripts. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** Running text: what stands between backticks is code. */
export function prose(text: string): Markup {
  return html`${text.split(/`([^`]+)`/).map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

/** A list of words as separate pieces, with commas between them. */
export function listOf(pieces: readonly Part[]): Part {
  return pieces.map((piece, index) => (index === 0 ? piece : html`, ${piece}`));
}

function rendered(part: Part): string {
  if (part === null || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number") return String(part);
  return part.map(rendered).join("");
}

/** Safe as text and in quoted attributes. Characters that reorder or hide text are written out. */
function escaped(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
