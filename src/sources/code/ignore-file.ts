/** One line of a .gitignore, ready to match. */
export interface IgnoreLine {
  readonly matches: (path: string) => boolean;
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
    const prefix = folder === "" ? "" : `${folder}/`;
    try {
      lines.push({ matches: matcherOf(prefix, [...(anchored ? [] : [folders]), ...piecesOf(line)]), keep, folderOnly });
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
    if (line.matches(path)) return !line.keep;
  }
  return false;
}

/** One part of a pattern: a character, or one of the wildcards. */
type Piece = { readonly kind: "one"; readonly source: string } | { readonly kind: "name" | "folders" | "all" };

/** Any number of folders, none included. */
const folders: Piece = { kind: "folders" };

const sources = { name: "[^/]*", folders: "(?:[^/]+/)*", all: ".*" };

/** More wildcards than this in one line, and a regular expression could try for years before it gives up. */
const mostWildcards = 3;

function piecesOf(glob: string): Piece[] {
  const pieces: Piece[] = [];
  const wildcard = (kind: "name" | "folders" | "all"): void => {
    // "***" and "**/**/" say no more than their first part.
    if (pieces.at(-1)?.kind !== kind) pieces.push({ kind });
  };
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at] ?? "";
    if (glob.startsWith("**/", at)) {
      wildcard("folders");
      at += 2;
    } else if (glob.startsWith("**", at)) {
      wildcard("all");
      at += 1;
    } else if (char === "*") wildcard("name");
    else if (char === "?") pieces.push({ kind: "one", source: "[^/]" });
    else if (char === "[" && glob.indexOf("]", at + 2) !== -1) {
      const end = glob.indexOf("]", at + 2);
      const inner = glob
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\");
      pieces.push({ kind: "one", source: `[${inner}]` });
      at = end;
    } else if (char === "\\") {
      at++;
      pieces.push({ kind: "one", source: quoted(glob[at] ?? "") });
    } else pieces.push({ kind: "one", source: quoted(char) });
  }
  return pieces;
}

function matcherOf(prefix: string, pieces: readonly Piece[]): (path: string) => boolean {
  const source = pieces.map((piece) => (piece.kind === "one" ? piece.source : sources[piece.kind])).join("");
  const pattern = new RegExp(`^${quoted(prefix)}${source}$`);
  if (pieces.filter(({ kind }) => kind !== "one").length <= mostWildcards) return (path) => pattern.test(path);
  const steps = pieces.map((piece) => (piece.kind === "one" ? new RegExp(`^${piece.source}$`) : piece.kind));
  return (path) => path.startsWith(prefix) && fits(path.slice(prefix.length), steps);
}

/** Whether the steps fit the whole path, in a time that grows with the product of both lengths and no faster. */
function fits(path: string, steps: readonly (RegExp | "name" | "folders" | "all")[]): boolean {
  // Where in the path the steps so far can end.
  let ends = new Set([0]);
  for (const step of steps) {
    const next = new Set<number>();
    const passed = new Set<number>();
    for (const start of ends) {
      if (step instanceof RegExp) {
        if (start < path.length && step.test(path.charAt(start))) next.add(start + 1);
        continue;
      }
      next.add(start);
      // Where another start has passed, all that lies beyond has been seen.
      for (let at = start; at < path.length && !passed.has(at + 1); at++) {
        const slash = path[at] === "/";
        if (slash && (step === "name" || (step === "folders" && at === start))) break;
        if (step === "folders" && !slash) continue;
        passed.add(at + 1);
        next.add(at + 1);
      }
    }
    ends = next;
  }
  return ends.has(path.length);
}

function quoted(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
