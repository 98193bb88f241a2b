/** An expression of a page's markup: where its code stands. */
export interface Expression {
  readonly from: number;
  readonly to: number;
}

export type Markup = "vue" | "svelte" | "astro" | "html";

/** Code in markup, outside of `taken` (scripts, styles, comments). Only what may call something is of interest. */
export function expressionsIn(
  markup: Markup,
  text: string,
  taken: readonly { readonly from: number; readonly to: number }[],
): Expression[] {
  const free = (at: number): boolean => !taken.some(({ from, to }) => at >= from && at < to);
  const found = markup === "svelte" || markup === "astro" ? braced(text, free) : attributes(markup, text, free);
  if (markup === "vue") found.push(...mustaches(text, free));
  return found
    .map((expression) => trimmed(text, expression))
    .filter(({ from, to }) => to > from && mayCall(text.slice(from, to)))
    .sort((one, other) => one.from - other.from);
}

function mayCall(code: string): boolean {
  return code.includes("(") || code.includes("://") || code.startsWith("#each");
}

function trimmed(text: string, { from, to }: Expression): Expression {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text[start] ?? "")) start++;
  while (end > start && /[\s;]/.test(text[end - 1] ?? "")) end--;
  return { from: start, to: end };
}

const tag = /<[A-Za-z][^\s/>]*((?:"[^"]*"|'[^']*'|[^>"'])*)>/g;
const attribute = /([@:#]?[\w.:[\]@#-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Directives of Vue and handlers of HTML. */
function attributes(markup: "vue" | "html", text: string, free: (at: number) => boolean): Expression[] {
  const found: Expression[] = [];
  for (const match of text.matchAll(tag)) {
    const inside = match[1];
    if (inside === undefined || !free(match.index)) continue;
    const base = match.index + match[0].length - 1 - inside.length;
    for (const each of inside.matchAll(attribute)) {
      const name = each[1] ?? "";
      const value = each[2] ?? each[3] ?? "";
      const from = base + each.index + each[0].length - 1 - value.length;
      const to = from + value.length;
      if (markup === "html") {
        const returns = /^\s*return\b/.exec(value)?.[0].length ?? 0;
        const cut = /;\s*return\b[^;]*;?\s*$/.exec(value)?.[0].length ?? 0;
        if (/^on[a-z]+$/i.test(name)) found.push({ from: from + returns, to: to - cut });
      } else if (name === "v-for") {
        const skipped = /^[\s\S]*?\s(?:in|of)\s/.exec(value)?.[0].length ?? 0;
        found.push({ from: from + skipped, to });
      } else if (/^(?:@|:|v-(?!slot))/.test(name)) found.push({ from, to });
    }
  }
  return found;
}

function mustaches(text: string, free: (at: number) => boolean): Expression[] {
  return [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].flatMap((match) =>
    free(match.index) ? [{ from: match.index + 2, to: match.index + match[0].length - 2 }] : [],
  );
}

/** `{…}` of Svelte and Astro, without the words of blocks: `{#each names as name}` is `names`. */
function braced(text: string, free: (at: number) => boolean): Expression[] {
  const found: Expression[] = [];
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1)) {
    if (!free(at)) continue;
    const end = closing(text, at);
    if (end === null) continue;
    const inside = text.slice(at + 1, end);
    const word = /^\s*(?:#(?:if|await|key|each)\b|:else if\b|@(?:html|render|const|attach)\b|\.\.\.)/.exec(inside);
    const skipped = word?.[0].length ?? 0;
    let to = end;
    if (word?.[0].trim() === "#each") to = cutAt(inside, / as\s+[^)\]}"'`]*(?:\{[^}]*\}|\[[^\]]*\])?[^)\]}"'`]*$/, end);
    if (word?.[0].trim() === "#await") to = cutAt(inside, /\s(?:then|catch)(?:\s+[\w${},\s]+)?$/, end);
    if (word !== null || !/^\s*[#:@/]/.test(inside)) found.push({ from: at + 1 + skipped, to });
    at = end;
  }
  return found;
}

function cutAt(inside: string, tail: RegExp, end: number): number {
  return end - (tail.exec(inside)?.[0].length ?? 0);
}

/** The brace that closes the one at `open`; null where there is none. */
function closing(text: string, open: number): number | null {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === "{") depth++;
    else if (char === "}" && --depth === 0) return at;
    else if (char === '"' || char === "'" || char === "`") at = quoted(text, at, char);
  }
  return null;
}

/** End of a text that begins at `open`; a quote without a partner in its line is an apostrophe. */
function quoted(text: string, open: number, quote: string): number {
  for (let at = open + 1; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === quote) return at;
    else if (char === "\n" && quote !== "`") return open;
  }
  return open;
}
