import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
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
}

/** Git opens every .gitignore, and waits for ever where one is a pipe or lies on a file system that has gone. */
export const gitPatienceMs = 30_000;

/** Roots where git did not answer in time; it is not asked again, since every source would wait as long. */
const slow = new Set<string>();

/** Variables by which a hook of another repository would make git look there. */
const foreign = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"];

interface GitAnswer {
  readonly entries: readonly string[];
  readonly warnings: string;
}

/** Null where `root` is in no repository. A repository's own monitor hook is never started. */
function git(root: string, patienceMs: number): GitAnswer | { readonly problem: string } | null {
  const late = { problem: `git gave no list of the files within ${Math.ceil(patienceMs / 1_000)} s` };
  if (slow.has(root)) return late;
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: "C" };
  for (const name of foreign) delete env[name];
  const options = ["-z", "-t", "-s", "-c", "-o", "-d", "--exclude-standard"];
  const answer = spawnSync("git", ["-c", "core.fsmonitor=false", "ls-files", ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    timeout: patienceMs,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const code = answer.error !== undefined && "code" in answer.error ? answer.error.code : null;
  if (code === "ETIMEDOUT") {
    slow.add(root);
    return late;
  }
  if (answer.error === undefined && answer.status === 0) {
    return { entries: answer.stdout.split("\0").filter((entry) => entry !== ""), warnings: answer.stderr };
  }
  if (!isInRepository(root)) return null;
  if (code === "ENOENT") return { problem: "it is a git repository, and git is not installed" };
  const said = answer.error === undefined ? answer.stderr : reasonOf(answer.error);
  if (/dubious ownership/.test(said)) {
    const [, owned = root] = /safe\.directory '?([^'\n]+)/.exec(said) ?? [];
    const mend = `git config --global --add safe.directory ${owned}`;
    return { problem: `git lists no files of a folder that belongs to another user; to trust it: ${mend}` };
  }
  const [line = ""] = said.replace(/^(?:fatal|error): /, "").split("\n");
  return { problem: `git gave no list of the files: ${line === "" ? "it was stopped" : line}` };
}

function isInRepository(root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/**
 * What git tracks or would track, from one call of it; null where `root` is in no repository. Every entry has a letter
 * before it: "?" is not tracked, "R" is tracked and cannot be found in the working tree, "S" is tracked and need not be
 * there, all others are tracked; then, where it is tracked, mode, hash and stage, and a tab.
 */
export function listByGit(root: string, patienceMs: number): GitList | { readonly problem: string } | null {
  const answer = git(root, patienceMs);
  if (answer === null || "problem" in answer) return answer;
  // A folder that the repository around it ignores lists nothing, although it is full of files.
  if (answer.entries.length === 0) return null;
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
  for (const entry of answer.entries) {
    const isTracked = !entry.startsWith("?");
    const file = isTracked ? entry.slice(entry.indexOf("\t") + 1) : entry.slice(2);
    if (inSkippedFolder(file)) continue;
    if (!isTracked && file.endsWith("/")) clones.push(file.slice(0, -1));
    else if (isTracked && entry.startsWith("160000", 2)) modules.add(file);
    else if (entry.startsWith("S")) absent.push(file);
    else {
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
  return { files: [...files].sort(), committed: tracked.size === 0 ? null : tracked, unreadable, inner };
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
