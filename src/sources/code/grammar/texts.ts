const simple: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** What the escapes of a quoted text stand for; what is no escape stays as it is. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\s\S]))/g,
    (_, long, four, two, sign) => {
      const code: string | undefined = long ?? four ?? two;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point > 0x10ffff ? "" : String.fromCodePoint(point);
      }
      return simple[sign as string] ?? (sign as string);
    },
  );
}

/** Texts and placeholders of a format: `%s`, `%1$s`, `%@`, `{}`, `{0}`, `{name}` by the given pattern. */
export function formatParts(format: string, placeholder: RegExp): (string | { readonly key: string })[] {
  const parts: (string | { readonly key: string })[] = [];
  let from = 0;
  for (const match of format.matchAll(placeholder)) {
    parts.push(format.slice(from, match.index), { key: match[1] ?? "" });
    from = match.index + match[0].length;
  }
  parts.push(format.slice(from));
  return parts;
}
