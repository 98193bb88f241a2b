import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { askGit, repositoryOf } from "./git.ts";
import { inSkippedFolder } from "./skipped-folders.ts";

/**
 * What a tree is as git sees it. While all of it stays the same, so do all tracked files but the `changed` ones, whose
 * content git does not know, and the untracked ones.
 */
export interface GitState {
  /** Which index it is: it has every tracked name with its content and the stamps it had. */
  readonly index: string;
  readonly untracked: readonly string[];
  /** Tracked files whose stamps are not those of the index, each after a letter: "M" there, "D" gone. */
  readonly changed: readonly string[];
}

/** Git knows seconds only, and an index this young may hold a stamp that a later write leaves again. */
const youngMs = 2_000;

/**
 * Asks git what differs from its index, which takes it a fraction of the time that a stamp of each file takes us. Null
 * where its answer would not do: no repository, something it cannot see, an index just written, or settings of the
 * repository by which the question would start a program.
 */
export async function gitState(root: string, patienceMs: number, now: number): Promise<GitState | null> {
  const folder = gitFolderOf(root);
  if (folder === null || startsPrograms(folder)) return null;
  const before = indexOf(folder, now);
  if (before === null) return null;
  const [untracked, changed] = await Promise.all([
    askGit(root, ["ls-files", "-z", "-o", "--exclude-standard"], patienceMs),
    askGit(root, ["diff-files", "-z", "--raw", "--relative", "--no-renames", "--ignore-submodules=all"], patienceMs),
  ]);
  if (untracked === null || "problem" in untracked || untracked.warnings !== "") return null;
  if (changed === null || "problem" in changed || changed.warnings !== "") return null;
  if (indexOf(folder, now) !== before) return null;
  const parts = changed.text.split("\0");
  const files: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const file = parts[at + 1] ?? "";
    if (!inSkippedFolder(file)) files.push(`${parts[at]?.at(-1)}${file}`);
  }
  const others = untracked.text.split("\0").filter((file) => file !== "" && !inSkippedFolder(file));
  return { index: before, untracked: others, changed: files };
}

/** Where git keeps what it knows of this working tree. */
export function gitFolderOf(root: string): string | null {
  const repository = repositoryOf(root);
  if (repository === null) return null;
  const path = join(repository, ".git");
  try {
    if (statSync(path).isDirectory()) return path;
    const [, folder = null] = /^gitdir: (.*)/.exec(readFileSync(path, "utf8")) ?? [];
    return folder === null ? null : resolve(repository, folder);
  } catch {
    return null;
  }
}

/** A filter cleans what git compares: a program that comes with the repository's own settings must not run. */
export function startsPrograms(folder: string): boolean {
  try {
    const common = resolve(folder, textOf(join(folder, "commondir"))?.trim() ?? ".");
    const settings = [textOf(join(common, "config")), textOf(join(folder, "config.worktree"))];
    return settings.some((text) => text !== null && /\b(?:filter|include|includeif)\b/i.test(text));
  } catch {
    return true;
  }
}

function textOf(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? null : readFileSync(path, "utf8");
}

/** The index ends with a checksum of itself, unless it is told to go without; then its stamps are all there is. */
function indexOf(folder: string, now: number): string | null {
  try {
    const path = join(folder, "index");
    const { mtimeMs, ctimeMs, size, ino } = statSync(path);
    if (Math.max(mtimeMs, ctimeMs) > now - youngMs) return null;
    const end = Buffer.alloc(20);
    const handle = openSync(path, "r");
    try {
      readSync(handle, end, 0, end.length, Math.max(0, size - end.length));
    } finally {
      closeSync(handle);
    }
    return [mtimeMs, ctimeMs, size, ino, end.toString("base64")].join(" ");
  } catch {
    return null;
  }
}
