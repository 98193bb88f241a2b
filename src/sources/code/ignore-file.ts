/** One line of a .gitignore, ready to match. */
export interface IgnoreLine {
  readonly pattern: RegExp;
  readonly keep: boolean;
  readonly folderOnly: boolean;
}

/** Reads the common part of git's ignore language: comments, `!`, anchors, `*`, `**`, `?`, classes, folder marks. */
export function parseIgnore(text: string, folder: string): IgnoreLine[] {
  const lines: IgnoreLine[] = [];
  for (const raw of text.split(/\r?\n/)) {
    let line = raw.replace(/(?<!\\)\s+$/, "");
    if (line === "" || line.startsWith("#")) continue;
    const keep = line.startsWith("!");
    if (keep) line = line.slice(1);
    const folderOnly = line.endsWith("/");
    if (folderOnly) line = line.slice(0, -1);
    const anchored = line.includes("/");
    if (line.startsWith("/")) line = line.slice(1);
    const prefix = folder === "" ? "" : `${quoted(folder)}/`;
    try {
      const pattern = new RegExp(`^${prefix}${anchored ? "" : "(?:.*/)?"}${globSource(line)}$`);
      lines.push({ pattern, keep, folderOnly });
    } catch {
      // A class such as "[z-a]" matches nothing for git either.
    }
  }
  return lines;
}

/** The last line that matches decides, as for git. Callers ask for each folder before they enter it. */
export function isIgnored(lines: readonly IgnoreLine[], path: string, isFolder: boolean): boolean {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index];
    if (line === undefined || (line.folderOnly && !isFolder)) continue;
    if (line.pattern.test(path)) return !line.keep;
  }
  return false;
}

function globSource(glob: string): string {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? "";
    if (glob.startsWith("**/", at)) {
      source += "(?:[^/]+/)*";
      at += 2;
    } else if (glob.startsWith("**", at)) {
      source += ".*";
      at += 1;
    } else if (char === "*") source += "[^/]*";
    else if (char === "?") source += "[^/]";
    else if (char === "[" && glob.indexOf("]", at + 2) !== -1) {
      const end = glob.indexOf("]", at + 2);
      source += `[${glob
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\")}]`;
      at = end;
    } else if (char === "\\") {
      at++;
      source += quoted(glob[at] ?? "");
    } else source += quoted(char);
  }
  return source;
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
