import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { reasonOf } from "./text.ts";

/** Git opens every .gitignore, and waits for ever where one is a pipe or lies on a file system that has gone. */
export const gitPatienceMs = 30_000;

/** Roots where git did not answer in time; it is not asked again, since every source would wait as long. */
const slow = new Set<string>();

/** Variables by which a hook of another repository would make git look there. */
const foreign = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_NAMESPACE"];

/** No monitor of the repository's own is started, and a file counts as changed once any stamp of it differs. */
const settings = ["core.fsmonitor=false", "core.trustctime=true", "core.checkStat=default"];

export interface GitAnswer {
  readonly text: string;
  readonly warnings: string;
}

/** What git answers; null where `root` is in no repository. */
export async function askGit(
  root: string,
  question: readonly string[],
  patienceMs: number,
): Promise<GitAnswer | { readonly problem: string } | null> {
  const late = { problem: `git gave no list of the files within ${Math.ceil(patienceMs / 1_000)} s` };
  if (slow.has(root)) return late;
  const { code, said, stdout, stderr } = await run(root, question, patienceMs);
  if (code === "ETIMEDOUT") {
    slow.add(root);
    return late;
  }
  if (code === null) return { text: stdout, warnings: stderr };
  if (repositoryOf(root) === null) return null;
  if (code === "ENOENT") return { problem: "it is a git repository, and git is not installed" };
  if (/dubious ownership/.test(said)) {
    const [, owned = root] = /safe\.directory '?([^'\n]+)/.exec(said) ?? [];
    const mend = `git config --global --add safe.directory ${owned}`;
    return { problem: `git lists no files of a folder that belongs to another user; to trust it: ${mend}` };
  }
  const [line = ""] = said.replace(/^(?:fatal|error): /, "").split("\n");
  return { problem: `git gave no list of the files: ${line === "" ? "it was stopped" : line}` };
}

interface Run {
  /** Null: git ended well. */
  readonly code: string | null;
  readonly said: string;
  readonly stdout: string;
  readonly stderr: string;
}

function run(root: string, question: readonly string[], patienceMs: number): Promise<Run> {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: "C" };
  for (const name of foreign) delete env[name];
  return new Promise((resolve) => {
    const child = execFile(
      "git",
      [...settings.flatMap((setting) => ["-c", setting]), ...question],
      {
        cwd: root,
        encoding: "utf8",
        maxBuffer: 512 * 1024 * 1024,
        timeout: patienceMs,
        killSignal: "SIGKILL",
        env,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ code: null, said: "", stdout, stderr });
        const late = error.killed === true && error.signal === "SIGKILL";
        const failed = typeof error.code === "string";
        const code = late ? "ETIMEDOUT" : failed ? String(error.code) : "ended";
        resolve({ code, said: failed ? reasonOf(error) : stderr, stdout, stderr });
      },
    );
    child.stdin?.end();
  });
}

/** The folder that holds `.git`, from `root` upwards; null where there is none. */
export function repositoryOf(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
