import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { carefulGround, GitFailure, type GitGround, git, ownGround } from "./git.ts";
import type { Repository } from "./repository.ts";

/** Writing out a large repository takes minutes on a slow disk. */
const writePatienceMs = 15 * 60_000;

/**
 * The files of commits, one after the other, in a temporary folder. It is a repository of its own that borrows the
 * objects of the user's: it has no hooks, no filters and no remotes, and the user's does not learn of it.
 */
export interface CommitTree {
  /** Absolute: where the files of the user's folder are. There is none while a commit has no such folder. */
  readonly folder: string;
  /** Absolute: where those of the whole repository are. */
  readonly top: string;
  /** Repository in which the commits can be asked about. */
  readonly ground: GitGround;
  /**
   * Brings the files of a commit there. Resolves to the submodules that are not there, from the top of the repository.
   * Throws GitFailure where its content is not here.
   */
  show(commit: string): Promise<readonly string[]>;
  remove(): void;
}

export async function openCommitTree(repository: Repository, signal: AbortSignal): Promise<CommitTree> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "regions-commit-")));
  const remove = () => rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  // A second Ctrl-C ends the process at once.
  process.once("exit", remove);
  const close = () => {
    process.removeListener("exit", remove);
    remove();
  };
  try {
    const top = join(home, "tree");
    mkdirSync(top);
    const ground = await borrow(top, repository, home, signal);
    const own = resolve(realpathSync(repository.ground.folder), ...up(repository.prefix));
    const modules = new Set<string>();
    const show = async (commit: string): Promise<readonly string[]> => {
      // Git would not put files where another repository lies.
      for (const folder of modules) rmSync(join(top, folder), { recursive: true, force: true });
      modules.clear();
      await git(ground, ["read-tree", "--reset", "-u", commit], writePatienceMs);
      return fillModules({ from: own, to: top, ground, home, signal }, modules);
    };
    return { folder: join(top, repository.prefix), top, ground, show, remove: close };
  } catch (error) {
    close();
    throw error;
  }
}

function up(prefix: string): readonly string[] {
  return prefix.split("/").flatMap((part) => (part === "" ? [] : [".."]));
}

async function borrow(
  folder: string,
  { objects, format }: Pick<Repository, "objects" | "format">,
  home: string,
  signal: AbortSignal,
): Promise<GitGround> {
  const ground = ownGround(folder, home, signal);
  const hash = format === "sha1" ? [] : [`--object-format=${format}`];
  await git(ground, ["init", "--quiet", "--template=", ...hash]);
  const info = join(folder, ".git/objects/info");
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, "alternates"), `${quoted(objects)}\n`);
  return ground;
}

/** A path as that file has it: in C's quotes where it may be taken for anything else. */
function quoted(path: string): string {
  if (!/^["#]|[\n\\]/.test(path) || process.platform === "win32") return path;
  return `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

interface Filling {
  /** The user's files, and ours. */
  readonly from: string;
  readonly to: string;
  readonly ground: GitGround;
  readonly home: string;
  readonly signal: AbortSignal;
}

/** Submodules that the user has fetched are there, too, at the commits that the outer one names. */
async function fillModules({ from, to, ground, home, signal }: Filling, filled: Set<string>): Promise<string[]> {
  if (!existsSync(join(to, ".gitmodules"))) return [];
  const missing: string[] = [];
  for (const entry of (await git(ground, ["ls-files", "-z", "-s"])).split("\0")) {
    const [, commit, path] = /^160000 ([0-9a-f]+) \d\t([\s\S]+)$/.exec(entry) ?? [];
    if (commit === undefined || path === undefined) continue;
    const theirs = join(from, path);
    try {
      if (!existsSync(join(theirs, ".git"))) throw new GitFailure("ended", "it is not checked out");
      const asked = await carefulGround(theirs, signal);
      const answer = (await git(asked, ["rev-parse", "--git-path", "objects", "--show-object-format"])).split("\n");
      const [objects = "", format = "sha1"] = answer;
      const inner = join(to, path);
      mkdirSync(inner, { recursive: true });
      filled.add(path);
      const own = await borrow(inner, { objects: resolve(theirs, objects), format }, home, signal);
      await git(own, ["read-tree", "--reset", "-u", commit], writePatienceMs);
      const deeper = await fillModules({ from: theirs, to: inner, ground: own, home, signal }, new Set());
      missing.push(...deeper.map((one) => `${path}/${one}`));
    } catch (error) {
      if (!(error instanceof GitFailure)) throw error;
      // What was made of it would be taken for a clone without files.
      rmSync(join(to, path), { recursive: true, force: true });
      filled.delete(path);
      missing.push(path);
    }
  }
  return missing;
}
