import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { askGit } from "./git.ts";
import { whyLinkCounts } from "./links-out.ts";
import { inSkippedFolder } from "./skipped-folders.ts";
import { reasonOf } from "./text.ts";

/** What git says of a folder; paths relative to it with "/". */
export interface GitList {
  readonly files: readonly string[];
  /** Null where nothing is tracked. */
  readonly committed: ReadonlySet<string> | null;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** Folders that are repositories of their own, of which git lists nothing here. */
  readonly inner: readonly string[];
  /** Git itself can tell which of the files change from now on. */
  readonly watched: boolean;
}

/**
 * What git tracks or would track, from one call of it; null where `root` is in no repository. Every entry has a letter
 * before it: "?" is not tracked, "R" is tracked and cannot be found in the working tree, "S" is tracked and need not be
 * there, all others are tracked, small ones not watched; then, where it is tracked, mode, hash and stage, and a tab.
 */
export async function listByGit(
  root: string,
  patienceMs: number,
): Promise<GitList | { readonly problem: string } | null> {
  const options = ["-z", "-v", "-s", "-c", "-o", "-d", "--exclude-standard"];
  const answer = await askGit(root, ["ls-files", ...options], patienceMs);
  if (answer === null || "problem" in answer) return answer;
  // A folder that the repository around it ignores lists nothing, although it is full of files.
  const entries = answer.text.split("\0");
  entries.pop();
  if (entries.length === 0) return null;
  const unreadable: { path: string; reason: string }[] = [];
  for (const [, path = "."] of answer.warnings.matchAll(/could not open directory '([^']*)'/g)) {
    unreadable.push({ path: path.replace(/\/$/, ""), reason: "permission denied" });
  }
  const files = new Set<string>();
  const tracked = new Set<string>();
  const gone = new Set<string>();
  const absent: string[] = [];
  const modules = new Set<string>();
  const clones: string[] = [];
  const links: string[] = [];
  let watched = true;
  for (const entry of entries) {
    const isTracked = !entry.startsWith("?");
    const file = isTracked ? entry.slice(entry.indexOf("\t") + 1) : entry.slice(2);
    if (inSkippedFolder(file)) continue;
    if (!isTracked && file.endsWith("/")) clones.push(file.slice(0, -1));
    else if (isTracked && entry.startsWith("160000", 2)) modules.add(file);
    else if (entry.startsWith("S") || entry.startsWith("s")) absent.push(file);
    else {
      if (entry.charCodeAt(0) >= 97) watched = false;
      if (isTracked && entry.startsWith("120000", 2)) links.push(file);
      files.add(file);
      if (entry.startsWith("R")) gone.add(file);
      else if (isTracked) tracked.add(file);
    }
  }
  const present = new Set(absent.filter((file) => existsSync(join(root, file))));
  for (const file of present) {
    files.add(file);
    tracked.add(file);
  }
  for (const file of files) if (file.includes("\ufffd")) gone.add(file);
  for (const file of gone) {
    files.delete(file);
    const reason = absence(join(root, file));
    // Tracked, and deleted in the working tree: nothing is there to look at, which is no failure.
    if (reason === null) continue;
    unreadable.push({ path: file, reason: file.includes("\ufffd") ? "its name is not UTF-8" : reason });
  }
  for (const path of links) {
    const reason = whyLinkCounts(root, path);
    if (reason !== null) unreadable.push({ path, reason });
  }
  const inner = clones.filter((folder) => !isWorktree(join(root, folder)));
  for (const folder of modules) {
    if (isFilled(join(root, folder))) inner.push(folder);
    else if (existsSync(join(root, folder))) {
      unreadable.push({ path: folder, reason: "its submodule is not checked out (git submodule update --init)" });
    }
  }
  for (const path of wholly(
    absent.filter((file) => !present.has(file)),
    files,
  )) {
    unreadable.push({ path, reason: "the sparse checkout leaves it out" });
  }
  watched &&= inner.length === 0 && modules.size === 0 && absent.length === 0;
  return { files: [...files].sort(), committed: tracked.size === 0 ? null : tracked, unreadable, inner, watched };
}

/** Why a file that should be there is not; null where it has simply gone. */
function absence(path: string): string | null {
  try {
    lstatSync(path);
    return "git does not find it";
  } catch (error) {
    const reason = reasonOf(error);
    return reason === "it does not exist" && !path.includes("\ufffd") ? null : reason;
  }
}

/** Another branch of a repository that is looked at already. */
function isWorktree(folder: string): boolean {
  try {
    return /\/worktrees\//.test(readFileSync(join(folder, ".git"), "utf8"));
  } catch {
    return false;
  }
}

/** A submodule that was never fetched is an empty folder. */
function isFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

/** The uppermost folders that hold nothing but absent files, and absent files beside present ones. */
function wholly(absent: readonly string[], present: Iterable<string>): ReadonlySet<string> {
  if (absent.length === 0) return new Set();
  const used = new Set<string>();
  for (const file of present) {
    for (let at = file.lastIndexOf("/"); at !== -1; at = file.lastIndexOf("/", at - 1)) {
      const folder = file.slice(0, at);
      if (used.has(folder)) break;
      used.add(folder);
    }
  }
  return new Set(
    absent.map((file) => {
      for (let at = file.indexOf("/"); at !== -1; at = file.indexOf("/", at + 1)) {
        if (!used.has(file.slice(0, at))) return file.slice(0, at);
      }
      return file;
    }),
  );
}
