import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Shop {
  /** The workspace of the job; the shop lies in it, or in a folder below. */
  readonly workspace: string;
  /** Has the checkout page call its function in a region where it is not. */
  fault(): void;
  mend(): void;
  /** A program on the path of the job, as a shell script. */
  command(name: string, script: string): void;
  /** Folder of such programs. */
  readonly bin: string;
  remove(): void;
}

/** A checkout of a shop whose packages include gcp-regions, as a job of a CI system finds it. */
export function shopIn(below = "."): Shop {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "regions-ci-")));
  const workspace = join(place, "work");
  const folder = join(workspace, below);
  cpSync(join(root, "tests/cli/fixtures/shop"), folder, { recursive: true });
  const installed = join(workspace, "node_modules/gcp-regions");
  mkdirSync(installed, { recursive: true });
  symlinkSync(join(root, "dist"), join(installed, "dist"));
  const bin = join(place, "bin");
  mkdirSync(bin);
  // The Node of this process, and nothing else of its folder.
  symlinkSync(process.execPath, join(bin, "node"));
  const page = join(folder, "web/src/Checkout.tsx");
  const right = readFileSync(page, "utf8");
  return {
    workspace,
    bin,
    fault: () => writeFileSync(page, right.replaceAll("functionsWest3", "functionsWest1")),
    mend: () => writeFileSync(page, right),
    command: (name, script) => writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }),
    remove: () => rmSync(place, { recursive: true, force: true }),
  };
}

/** Runs git in a folder, as Ann, with nobody's settings. */
export function git(folder: string, path: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: path,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ann",
      GIT_AUTHOR_EMAIL: "ann@example.com",
      GIT_COMMITTER_NAME: "Ann",
      GIT_COMMITTER_EMAIL: "ann@example.com",
    },
  });
  return { status, said: stdout + stderr };
}

/**
 * Makes the shop a repository whose first commit, branch `before`, has an old fault in a page of its own. Returns the
 * commit.
 */
export function withOldFault({ workspace }: Shop): string {
  const page = readFileSync(join(workspace, "web/src/Checkout.tsx"), "utf8");
  writeFileSync(join(workspace, "web/src/Old.tsx"), page.replaceAll("functionsWest3", "functionsWest1"));
  writeFileSync(join(workspace, ".gitignore"), "node_modules\n");
  const path = process.env.PATH ?? "";
  git(workspace, path, "init", "-q", "-b", "before");
  git(workspace, path, "add", "-A");
  git(workspace, path, "commit", "-q", "-m", "Open the shop");
  git(workspace, path, "switch", "-q", "-c", "change");
  return git(workspace, path, "rev-parse", "HEAD").said.trim();
}

/** The command itself, as a shell script: npm makes it one that can be run. */
export const regionsCommand = `exec node ${join(root, "dist/regions.js")} "$@"`;

/** The path of a job: its own programs, git, and the shell's. */
export function jobPath(shop: Shop): string {
  return [shop.bin, ...(process.env.PATH ?? "").split(":").filter((folder) => !folder.startsWith(dirname(root)))].join(
    ":",
  );
}
