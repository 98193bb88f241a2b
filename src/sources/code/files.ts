import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type IgnoreLine, isIgnored, parseIgnore } from "./ignore-file.ts";
import { reasonOf } from "./text.ts";

/** Files of a tree, relative to its root with "/", sorted; and what could not be listed. */
export interface FileList {
  readonly files: readonly string[];
  /** Env files outside this set are somebody's own and prove nothing about a build. */
  readonly committed: ReadonlySet<string> | null;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Folders that hold other people's code or the output of builds. */
const skippedFolders = new Set([
  "node_modules",
  "bower_components",
  ".git",
  ".hg",
  ".svn",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".angular",
  ".firebase",
  ".turbo",
  ".cache",
  ".yarn",
  ".pnpm-store",
  "Pods",
  "coverage",
]);

/** Names of output folders: skipped in a walk, where no repository says what is written by hand. */
const outputFolders = new Set(["dist", "build", "out", "lib"]);

/**
 * Lists the files below `root`. In a git repository: what git tracks or would track. Elsewhere a walk that honours
 * .gitignore and skips installed packages and build output. Symbolic links to folders are not followed.
 */
export function listFiles(root: string, patienceMs: number = gitPatienceMs): FileList {
  const listed = listByGit(root, patienceMs);
  if (listed !== null) return listed;
  const walked = walk(root);
  if (!slow.has(root)) return walked;
  // Without git's answer nobody knows which env files are committed.
  const reason = `git gave no list of the files within ${Math.ceil(patienceMs / 1_000)} s`;
  return { ...walked, unreadable: [{ path: ".", reason }, ...walked.unreadable] };
}

/** Git opens every .gitignore, and waits for ever where one is a pipe or lies on a file system that has gone. */
const gitPatienceMs = 30_000;

/** Roots where git did not answer in time; it is not asked again, since every source would wait as long. */
const slow = new Set<string>();

interface GitAnswer {
  readonly entries: readonly string[];
  readonly warnings: string;
}

/** Null where git is missing, or `root` is in no repository. A repository's own monitor hook is never started. */
function git(root: string, options: readonly string[], patienceMs: number): GitAnswer | null {
  if (slow.has(root)) return null;
  const answer = spawnSync("git", ["-c", "core.fsmonitor=false", "ls-files", "-z", ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    timeout: patienceMs,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  if (answer.error !== undefined && "code" in answer.error && answer.error.code === "ETIMEDOUT") slow.add(root);
  if (answer.error !== undefined || answer.status !== 0) return null;
  return { entries: answer.stdout.split("\0").filter((entry) => entry !== ""), warnings: answer.stderr };
}

/**
 * What git tracks or would track, from one call of it. Every entry has a letter before it: "?" is not tracked, "R" is
 * tracked and cannot be found in the working tree, all others are tracked.
 */
function listByGit(root: string, patienceMs: number): FileList | null {
  const answer = git(root, ["-t", "-c", "-o", "-d", "--exclude-standard"], patienceMs);
  // A folder that the repository around it ignores lists nothing, although it is full of files.
  if (answer === null || answer.entries.length === 0) return null;
  const unreadable: { path: string; reason: string }[] = [];
  for (const [, path = "."] of answer.warnings.matchAll(/could not open directory '([^']*)'/g)) {
    unreadable.push({ path: path.replace(/\/$/, ""), reason: "permission denied" });
  }
  const files = new Set<string>();
  const tracked = new Set<string>();
  const gone = new Set<string>();
  for (const entry of answer.entries) {
    const file = entry.slice(2);
    if (inSkippedFolder(file) || file.endsWith("/")) continue;
    files.add(file);
    if (entry.startsWith("R")) gone.add(file);
    else if (!entry.startsWith("?")) tracked.add(file);
  }
  for (const file of files) if (file.includes("\ufffd")) gone.add(file);
  for (const file of gone) {
    files.delete(file);
    const reason = absence(join(root, file));
    // Tracked, and deleted in the working tree: nothing is there to look at, which is no failure.
    if (reason === null) continue;
    unreadable.push({ path: file, reason: file.includes("\ufffd") ? "its name is not UTF-8" : reason });
  }
  return { files: [...files].sort(), committed: tracked.size === 0 ? null : tracked, unreadable };
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

const skippedFolder = new RegExp(
  `(?:^|/)(?:${[...skippedFolders].map((name) => name.replaceAll(".", "\\.")).join("|")})/`,
);

function inSkippedFolder(file: string): boolean {
  return skippedFolder.test(file);
}

function walk(root: string): FileList {
  const files: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const visit = (folder: string, inherited: readonly IgnoreLine[]): void => {
    let entries: import("node:fs").Dirent[];
    try {
      entries = readdirSync(join(root, folder), { withFileTypes: true });
    } catch (error) {
      unreadable.push({ path: folder === "" ? "." : folder, reason: reasonOf(error) });
      return;
    }
    let rules = inherited;
    if (entries.some((entry) => entry.name === ".gitignore" && entry.isFile())) {
      try {
        rules = [...inherited, ...parseIgnore(readFileSync(join(root, folder, ".gitignore"), "utf8"), folder)];
      } catch (error) {
        unreadable.push({ path: join(folder, ".gitignore"), reason: reasonOf(error) });
      }
    }
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skippedFolders.has(entry.name) || isIgnored(rules, path, true)) continue;
        if (outputFolders.has(entry.name) && isBuildOutput(entries)) continue;
        visit(path, rules);
      } else if (entry.isFile() && !isIgnored(rules, path, false)) {
        files.push(path);
      }
    }
  };
  visit("", []);
  files.sort();
  return { files, committed: null, unreadable };
}

/** `lib` beside `src` and a package is compiled output; `lib` inside a source tree (SvelteKit, Flutter) is source. */
function isBuildOutput(siblings: readonly import("node:fs").Dirent[]): boolean {
  const names = new Set(siblings.map((entry) => entry.name));
  return names.has("package.json") && (names.has("src") || names.has("tsconfig.json"));
}
