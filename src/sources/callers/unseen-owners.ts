import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Gap } from "../../model/gap.ts";
import { reasonOf } from "../code/text.ts";

/**
 * One gap per folder in which no source file was looked at: a folder without any is no front end without callers, it is
 * a wrong path, a submodule that was not checked out, or a language that is not read.
 * @param folders As the manifest names them, without "./" and trailing "/"; "" is the root itself.
 * @param looked Source files that were looked at, relative to the root.
 */
export function unseenOwners(
  root: string,
  folders: readonly string[],
  listed: readonly string[],
  looked: readonly string[],
): readonly Gap[] {
  const seen = foldersOf(looked);
  const known = foldersOf(listed);
  return [...new Set(folders)]
    .filter((folder) => !seen.has(folder))
    .map((folder) => ({
      source: "callers",
      facet: "files",
      scope: folder === "" ? "." : folder,
      region: null,
      reason: known.has(folder) ? "it holds no source file of a kind that is read" : absence(root, folder),
    }));
}

function absence(root: string, folder: string): string {
  if (folder.startsWith("/") || folder === ".." || folder.startsWith("../")) {
    return "it lies outside the folder that is searched; give that folder with --root, or bring its callers with `facts`";
  }
  try {
    const stat = lstatSync(join(root, folder));
    if (stat.isSymbolicLink()) return "it is a symbolic link, which is not followed";
    return stat.isDirectory() ? "it holds no file: it is empty, or ignored" : "it is no folder";
  } catch (error) {
    return reasonOf(error);
  }
}

/** Every folder that has one of these files somewhere below it. */
function foldersOf(files: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const file of files) {
    let folder = file;
    while (folder !== "") {
      const slash = folder.lastIndexOf("/");
      folder = slash < 0 ? "" : folder.slice(0, slash);
      if (found.has(folder)) break;
      found.add(folder);
    }
  }
  return found;
}
