import type { CodeCommit } from "../../model/verification.ts";
import { askGit, gitPatienceMs } from "../../sources/code/git.ts";
import { gitFolderOf, startsPrograms } from "../../sources/code/git-state.ts";

/**
 * The commit that the code here is at; null where it is in no repository, has no commit yet, or git cannot be asked. A
 * repository whose own settings would start a program by the question is not asked for changes.
 */
export async function commitHere(root: string): Promise<CodeCommit | null> {
  const head = await askGit(root, ["rev-parse", "--verify", "HEAD"], gitPatienceMs);
  const id = head === null || "problem" in head ? "" : head.text.trim();
  if (!/^[0-9a-f]{40,64}$/.test(id)) return null;
  const folder = gitFolderOf(root);
  if (folder === null || startsPrograms(folder)) return { id, clean: null };
  const status = ["--no-optional-locks", "status", "--porcelain", "-z", "--ignore-submodules=all"];
  const changes = await askGit(root, status, gitPatienceMs);
  return { id, clean: changes === null || "problem" in changes ? null : changes.text === "" };
}
