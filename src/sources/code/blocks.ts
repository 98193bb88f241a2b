import { expressionsIn, type Markup } from "./templates.ts";
/** What a source file's name says about how to read it; null = not a script and not a page with scripts. */
export type Language = "ts" | "tsx" | "jsx";

const scripts: ReadonlyMap<string, Language> = new Map([
  ["ts", "ts"],
  ["mts", "ts"],
  ["cts", "ts"],
  ["tsx", "tsx"],
  ["js", "jsx"],
  ["jsx", "jsx"],
  ["mjs", "jsx"],
  ["cjs", "jsx"],
]);

const pages = new Set(["vue", "svelte", "astro", "html", "htm"]);

export function extensionOf(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}

export function isSource(file: string): boolean {
  const extension = extensionOf(file);
  return (scripts.has(extension) && !/\.d\.[cm]?ts$/.test(file)) || pages.has(extension);
}

/** How a piece of markup is code: as an expression, or as statements. */
export type Form = "expression" | "statements";

/** The code of a file, and the same with the code that stands in its markup, as far as `formOf` says it is code. */
export interface Script {
  readonly text: string;
  readonly language: Language;
  readonly withMarkup: ((formOf: (code: string) => Form | null) => string) | null;
}

/**
 * The script of a file with everything else turned to blanks, so that every offset, line and column is that of the
 * file. Several blocks of one component share their names, so they are read as one script.
 */
export function scriptOf(file: string, text: string): Script {
  const extension = extensionOf(file);
  const language = scripts.get(extension);
  if (language !== undefined) return { text, language, withMarkup: null };
  const blocks: { from: number; to: number }[] = [];
  const taken: { from: number; to: number }[] = [];
  let typed = extension === "astro" ? "ts" : "jsx";
  if (extension === "astro") {
    const fence = /^\s*---\r?\n([\s\S]*?)\r?\n---/.exec(text);
    if (fence?.[1] !== undefined) {
      const from = fence.index + fence[0].indexOf(fence[1], fence[0].indexOf("---") + 3);
      blocks.push({ from, to: from + fence[1].length });
    }
  }
  const opening = /<!--[\s\S]*?-->|<script\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const attributes = match[1];
    if (attributes === undefined) taken.push({ from: match.index, to: match.index + match[0].length });
    if (attributes === undefined || /\/\s*$/.test(attributes)) continue;
    const from = match.index + match[0].length;
    const end = /<\/script\s*>/i.exec(text.slice(from));
    const to = end === null ? text.length : from + end.index;
    opening.lastIndex = to;
    taken.push({ from: match.index, to });
    if (/\btype\s*=\s*["']?(?!module|text\/javascript|application\/javascript|text\/babel)[a-z]/i.test(attributes))
      continue;
    if (/\blang\s*=\s*["']?tsx/i.test(attributes)) typed = "tsx";
    else if (/\blang\s*=\s*["']?(ts|typescript)\b/i.test(attributes)) typed = "ts";
    blocks.push({ from, to });
  }
  const plain = assembled(text, blocks);
  for (const match of text.matchAll(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi))
    taken.push({ from: match.index, to: match.index + match[0].length });
  if (extension === "astro") taken.push(...blocks);
  const markup: Markup = extension === "vue" || extension === "svelte" || extension === "astro" ? extension : "html";
  const code = expressionsIn(markup, text, taken);
  const withMarkup: Script["withMarkup"] = (formOf) => {
    const kept = code.map((each) => ({ ...each, form: formOf(text.slice(each.from, each.to)) }));
    const all = [...blocks, ...kept.filter(({ form }) => form !== null)];
    return assembled(
      text,
      all.sort((one, other) => one.from - other.from),
    );
  };
  const tagged = markup === "astro" && code.some(({ from, to }) => text.slice(from, to).includes("<"));
  if (tagged && typed === "ts") typed = "tsx";
  return { text: plain, language: typed as Language, withMarkup: code.length === 0 ? null : withMarkup };
}

/** Blocks of code at their places, each closed off from the next one; everything else is blank. */
function assembled(
  text: string,
  blocks: readonly { readonly from: number; readonly to: number; readonly form?: Form | null }[],
): string {
  let script = "";
  let at = 0;
  let close = "";
  for (const { from, to, form } of blocks) {
    const open = form === "expression" ? ";(" : form === "statements" ? ";" : "";
    const gap = between(text.slice(at, from), close, open);
    if (gap === null || from < at) continue;
    script += gap + text.slice(from, to);
    // A block without a closing semicolon must not run on into the next one.
    close = form === "expression" ? ");" : ";";
    at = to;
  }
  return script + (between(text.slice(at), close, "") ?? between(text.slice(at), "", "") ?? "");
}

/** Blanks with something at both ends, lines kept; null where there is no room for it. */
function between(gap: string, close: string, open: string): string | null {
  const blanks = [...blank(gap)];
  const room = blanks.flatMap((char, index) => (char === " " ? [index] : []));
  if (room.length < close.length + open.length) return null;
  [...close].forEach((char, index) => {
    blanks[room[index] ?? 0] = char;
  });
  [...open].forEach((char, index) => {
    blanks[room[room.length - open.length + index] ?? 0] = char;
  });
  return blanks.join("");
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
