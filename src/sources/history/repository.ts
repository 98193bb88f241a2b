import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { repositoryOf } from "../code/git.ts";
import { carefulGround, GitFailure, type GitGround, git, historyError } from "./git.ts";

/** The repository that a folder lies in. */
export interface Repository {
  /** How git is asked in the folder itself. */
  readonly ground: GitGround;
  /** From the top of the repository to the folder, with "/" at its end; "" = the folder is the top. */
  readonly prefix: string;
  /** Absolute folder of the objects. */
  readonly objects: string;
  /** "sha1" or "sha256". */
  readonly format: string;
  /** Commits at which the history of a shallow clone ends; empty where all of it is here. */
  readonly cut: ReadonlySet<string>;
}

/** Throws InputError where the folder is in no repository, or git cannot be asked about it. */
export async function openRepository(folder: string, asked: string, signal: AbortSignal): Promise<Repository> {
  if (repositoryOf(folder) === null) {
    throw historyError(
      `${asked} compares commits, and ${folder} is in no git repository.`,
      "Run it inside of a clone.",
    );
  }
  try {
    const ground = await carefulGround(folder, signal);
    const question = ["--show-object-format", "--git-path", "objects", "--git-path", "shallow", "--show-prefix"];
    const lines = (await git(ground, ["rev-parse", ...question])).split("\n");
    if (lines.length !== 5) throw new GitFailure("ended", "a folder's name has a line break in it");
    const [format = "", objects = "", shallow = "", prefix = ""] = lines;
    const ends = resolve(folder, shallow);
    const cut = existsSync(ends) ? readFileSync(ends, "utf8").split("\n").filter(Boolean) : [];
    return { ground, prefix, objects: resolve(folder, objects), format, cut: new Set(cut) };
  } catch (error) {
    throw told(error, asked);
  }
}

const wholeHistory =
  "In CI fetch all of it (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0), or run `git fetch --unshallow`.";

/** The commit that a name stands for. Throws InputError. */
export async function commitOf(repository: Repository, name: string, asked: string): Promise<string> {
  if (name.trim() === "")
    throw historyError(`${asked} names no commit.`, "Name a branch, a tag or a commit: origin/main.");
  const missing = () => {
    const isShallow = repository.cut.size > 0;
    const mend = isShallow
      ? `This clone is shallow, so it may lie beyond its end. ${wholeHistory}`
      : "Name a branch, a tag or a commit that is here; `git fetch origin` brings the branches of a server as origin/NAME.";
    return historyError(`${asked} names "${name}", which is no commit of this repository.`, mend);
  };
  // No commit's name begins with a dash, and git would take it for an option.
  if (name.startsWith("-")) throw missing();
  try {
    return (await git(repository.ground, ["rev-parse", "--verify", "--quiet", `${name}^{commit}`])).trim();
  } catch (error) {
    if (error instanceof GitFailure && error.reason === "ended") throw missing();
    throw told(error, asked);
  }
}

/**
 * Where a branch left the line of `commit`, which the user named `name`: the best common ancestor. Throws InputError where there is none,
 * or where a shallow clone cannot tell which it is.
 */
export async function mergeBaseOf(
  repository: Repository,
  { head, commit, name }: { readonly head: string; readonly commit: string; readonly name: string },
  asked: string,
): Promise<string> {
  const { ground, cut } = repository;
  const shallow = () =>
    historyError(
      `${asked} ${name}: this clone is shallow, and its history ends before it reaches where this branch left ${name}.`,
      wholeHistory,
    );

  let base: string;
  try {
    base = (await git(ground, ["merge-base", commit, head])).trim();
  } catch (error) {
    if (!(error instanceof GitFailure) || error.reason !== "ended") throw told(error, asked);
    if (cut.size > 0) throw shallow();
    throw historyError(
      `${asked} ${name}: this branch and ${name} have no commit in common.`,
      "Name the branch that this one is to be merged into.",
    );
  }
  // An ancestor of the other is the best one. Else, where history is cut on the way, a better one may lie behind the cut.
  if (cut.size > 0 && base !== commit && base !== head) {
    const between = await git(ground, ["rev-list", commit, head, `^${base}`]);
    if (between.split("\n").some((one) => cut.has(one))) throw shallow();
  }
  return base;
}

/** What git said, as a problem of the command line; anything else as it is. */
export function told(error: unknown, asked: string): unknown {
  if (!(error instanceof GitFailure)) return error;
  if (error.reason === "missing") return historyError(`${asked} needs git: ${error.message}.`, "Install git.");
  const [, folder] = /dubious ownership in repository at '([^']+)'/.exec(error.message) ?? [];
  if (folder !== undefined) {
    return historyError(
      `${asked}: git tells nothing of a folder that belongs to another user.`,
      `To trust it: git config --global --add safe.directory ${folder}`,
    );
  }
  return historyError(`${asked}: ${error.message}.`, null);
}
