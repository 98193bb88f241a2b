import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type IgnoreLine, isIgnored, parseIgnore } from "../../../sources/code/ignore-file.ts";
import { isLeftOut } from "../../../stacks/archive/left-out.ts";
import type { ZipEntry } from "../../../stacks/archive/zip.ts";

export interface FolderFiles {
  readonly files: readonly ZipEntry[];
  /** Why the folder cannot be packed, as sentences. */
  readonly problems: readonly string[];
}

/** More would not be taken by Google, and fill the memory here. */
const mostBytes = 512 * 1024 * 1024;

/**
 * Files of a codebase that are deployed: all but what never is, what `ignore` of firebase.json names, and what a
 * .gcloudignore in the folder names. A .gitignore says nothing: compiled code is usually in it.
 * @param folder absolute
 * @param ignore patterns of firebase.json
 */
export function filesToDeploy(folder: string, ignore: readonly string[]): FolderFiles {
  const lines = [...parseIgnore(ignore.join("\n"), ""), ...gcloudIgnore(folder)];
  const files: ZipEntry[] = [];
  const problems: string[] = [];
  let total = 0;
  const walk = (below: string): void => {
    const entries = readdirSync(join(folder, below), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const isFolder = entry.isDirectory();
      if (isLeftOut(path, isFolder) || isIgnored(lines, path, isFolder)) continue;
      if (isFolder) {
        walk(path);
        continue;
      }
      const stat = statSync(join(folder, path), { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) {
        problems.push(
          `${path} is no file and no folder: name it in .gcloudignore, or replace the link by what it shows`,
        );
        continue;
      }
      total += stat.size;
      if (total > mostBytes) continue;
      const executable = process.platform !== "win32" && (stat.mode & 0o111) !== 0;
      files.push({ path, bytes: readFileSync(join(folder, path)), executable });
    }
  };
  walk("");
  if (total > mostBytes)
    problems.push(`it has more than ${mostBytes / 1024 ** 2} MiB: name what need not be deployed in .gcloudignore`);
  return { files, problems };
}

/** `#!include:FILE` takes another file's lines in its place. */
function gcloudIgnore(folder: string): IgnoreLine[] {
  const own = textOf(join(folder, ".gcloudignore"));
  if (own === null) return [];
  const text = own
    .split(/\r?\n/)
    .map((line) => {
      const included = /^#!include:(.+)$/.exec(line)?.[1];
      return included === undefined ? line : (textOf(join(folder, included.trim())) ?? "");
    })
    .join("\n");
  return parseIgnore(text, "");
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
