import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gitPatienceMs } from "./git.ts";
import { listByGit } from "./git-files.ts";
import { type IgnoreLine, isIgnored, parseIgnore } from "./ignore-file.ts";
import { whyLinkCounts } from "./links-out.ts";
import { skippedFolders } from "./skipped-folders.ts";
import { reasonOf } from "./text.ts";

/** Files of a tree, relative to its root with "/", sorted; and what could not be listed. */
export interface FileList {
  readonly files: readonly string[];
  /** Env files outside this set are somebody's own and prove nothing about a build. */
  readonly committed: ReadonlySet<string> | null;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** One repository is all there is, and git can tell which of its files change from now on. */
  readonly watched: boolean;
}

const outputFolders = new Set(["dist", "build", "out", "lib"]);

/**
 * Lists the files below `root`. In a git repository: what git tracks or would track, also in the repositories inside
 * it. Elsewhere a walk that honours .gitignore and skips installed packages and build output. Symbolic links are not
 * followed: those that lead to source outside of `root` are told.
 */
export async function listFiles(root: string, patienceMs: number = gitPatienceMs): Promise<FileList> {
  const listed = await listByGit(root, patienceMs);
  if (listed === null) return walk(root);
  if (!("problem" in listed)) return withInner(root, listed, patienceMs);
  // Without git's answer nobody knows which files are committed, or ignored by rules that lie elsewhere.
  const walked = walk(root);
  return { ...walked, unreadable: [{ path: ".", reason: listed.problem }, ...walked.unreadable] };
}

/** Adds what the repositories inside a repository hold: submodules, and clones that lie in it. */
async function withInner(
  root: string,
  { inner, ...outer }: FileList & { readonly inner: readonly string[] },
  patienceMs: number,
): Promise<FileList> {
  if (inner.length === 0) return outer;
  const files = [...outer.files];
  const committed = new Set(outer.committed);
  const unreadable = [...outer.unreadable];
  for (const folder of inner) {
    const list = await listFiles(join(root, folder), patienceMs);
    for (const file of list.files) files.push(`${folder}/${file}`);
    for (const file of list.committed ?? []) committed.add(`${folder}/${file}`);
    for (const { path, reason } of list.unreadable) {
      unreadable.push({ path: path === "." ? folder : `${folder}/${path}`, reason });
    }
  }
  return { files: files.sort(), committed: committed.size === 0 ? null : committed, unreadable, watched: false };
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
      if (entry.name.includes("\ufffd") && isLost(join(root, path))) {
        if (!isIgnored(rules, path, entry.isDirectory())) unreadable.push({ path, reason: "its name is not UTF-8" });
        continue;
      }
      if (entry.isDirectory()) {
        if (skippedFolders.has(entry.name) || isIgnored(rules, path, true)) continue;
        if (outputFolders.has(entry.name) && isBuildOutput(entries) && !holdsSource(join(root, path))) continue;
        visit(path, rules);
      } else if (entry.isSymbolicLink()) {
        const reason = isIgnored(rules, path, false) ? null : whyLinkCounts(root, path);
        if (reason !== null) unreadable.push({ path, reason });
      } else if (entry.isFile() && !isIgnored(rules, path, false)) {
        files.push(path);
      }
    }
  };
  visit("", []);
  files.sort();
  return { files, committed: null, unreadable, watched: false };
}

/** `lib` beside `src` and a package is compiled output; `lib` inside a source tree (SvelteKit, Flutter) is source. */
function isBuildOutput(siblings: readonly import("node:fs").Dirent[]): boolean {
  const names = new Set(siblings.map((entry) => entry.name));
  return names.has("package.json") && (names.has("src") || names.has("tsconfig.json"));
}

/** Whether something in a folder is still to be compiled: `lib` of a Next app is written by hand. */
function holdsSource(folder: string): boolean {
  const folders = [folder];
  for (let at = 0; at < folders.length && at < 50; at++) {
    const current = folders[at] ?? folder;
    let entries: import("node:fs").Dirent[];
    try {
      entries = readdirSync(current, { withFileTypes: true });
    } catch {
      // What cannot be listed is looked at, so that it is told.
      return true;
    }
    for (const entry of entries) {
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) folders.push(join(current, entry.name));
      else if (/(?<!\.d)\.(?:[cm]?ts|[jt]sx|vue|svelte|astro|dart)$/.test(entry.name)) return true;
    }
  }
  return false;
}

/** Bytes of a name that are no text become another name, which nothing has. */
function isLost(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}
