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

/**
 * The script of a file with everything else turned to blanks, so that every offset, line and column is that of the
 * file. Several blocks of one component share their names, so they are read as one script.
 */
export function scriptOf(file: string, text: string): { readonly text: string; readonly language: Language } {
  const extension = extensionOf(file);
  const language = scripts.get(extension);
  if (language !== undefined) return { text, language };
  const blocks: { from: number; to: number }[] = [];
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
    if (attributes === undefined || /\/\s*$/.test(attributes)) continue;
    const from = match.index + match[0].length;
    const end = /<\/script\s*>/i.exec(text.slice(from));
    const to = end === null ? text.length : from + end.index;
    opening.lastIndex = to;
    if (/\btype\s*=\s*["']?(?!module|text\/javascript|application\/javascript|text\/babel)[a-z]/i.test(attributes))
      continue;
    if (/\blang\s*=\s*["']?tsx/i.test(attributes)) typed = "tsx";
    else if (/\blang\s*=\s*["']?(ts|typescript)\b/i.test(attributes)) typed = "ts";
    blocks.push({ from, to });
  }
  let script = "";
  let at = 0;
  for (const block of blocks) {
    script += blank(text.slice(at, block.from)) + text.slice(block.from, block.to);
    // A block without a closing semicolon must not run on into the next one.
    at = block.to;
    if (at < text.length) {
      script += ";";
      at++;
    }
  }
  script += blank(text.slice(at));
  return { text: script, language: typed as Language };
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
