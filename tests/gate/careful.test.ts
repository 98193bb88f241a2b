import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run } from "../cli/run.ts";
import { page, type Repository, shopRepository } from "./repository.ts";

/* What may go wrong around a comparison, and what a repository may try. */

const gate = ["audit", "--sources", "declared,callers", "--today", "2026-11-22"];

let shop: Repository;
beforeEach(() => {
  shop = shopRepository();
});
afterEach(() => shop.remove());

function onBranch(): void {
  shop.git("checkout", "--quiet", "-b", "change");
  shop.put("web/src/New.tsx", page("New", "functionsWest3", "searchArticles"));
  shop.commit("Search from a new page");
}

async function refused(ref: string, within?: string) {
  const { code, stdout, stderr } = await shop.regions([...gate, "--changed-since", ref], within);
  expect([code, stdout]).toEqual([2, ""]);
  return stderr;
}

describe("a comparison that cannot be made is refused", () => {
  const near =
    "  Name a branch, a tag or a commit that is here; `git fetch origin` brings the branches of a server as origin/NAME.\n";

  it("for names of no commit", async () => {
    expect(await refused("origin/main")).toBe(
      `--changed-since names "origin/main", which is no commit of this repository.\n${near}`,
    );
    expect(await refused("0".repeat(40))).toContain("which is no commit of this repository.");
    expect(await refused("--output=/tmp/x")).toContain('names "--output=/tmp/x", which is no commit');
    expect(await refused("HEAD:regions.yaml")).toContain("which is no commit of this repository.");
    expect(await refused(" ")).toBe(
      "--changed-since names no commit.\n  Name a branch, a tag or a commit: origin/main.\n",
    );
  });

  it("outside of a repository, and without git", async () => {
    const path = process.env.PATH;
    shop.put("bin/readme", "no git here");
    try {
      process.env.PATH = join(shop.folder, "bin");
      expect(await refused("main")).toBe("--changed-since needs git: git is not installed.\n  Install git.\n");
    } finally {
      process.env.PATH = path;
    }
    execFileSync("rm", ["-r", join(shop.folder, ".git")]);
    expect(await refused("main")).toBe(
      `--changed-since compares commits, and ${shop.folder} is in no git repository.\n  Run it inside of a clone.\n`,
    );
  });

  it("where the branches have nothing in common, or no commit is there yet", async () => {
    shop.git("checkout", "--quiet", "--orphan", "alone");
    shop.commit("Begin anew");
    expect(await refused("main")).toBe(
      "--changed-since main: this branch and main have no commit in common.\n  Name the branch that this one is to be merged into.\n",
    );
  });

  it("in a shallow clone that cannot tell where the branch began, with what fetches it", async () => {
    shop.commit("Go on");
    onBranch();
    shop.git("checkout", "--quiet", "main");
    shop.commit("Go on meanwhile");
    shop.git("checkout", "--quiet", "change");
    const all =
      "In CI fetch all of it (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0), or run `git fetch --unshallow`.";
    shop.git("clone", "--quiet", "--depth=1", "--branch=change", `file://${shop.folder}`, "one");
    expect(await refused("origin/main", "one")).toBe(
      `--changed-since names "origin/main", which is no commit of this repository.\n  This clone is shallow, so it may lie beyond its end. ${all}\n`,
    );
    shop.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=change", `file://${shop.folder}`, "many");
    expect(await refused("origin/main", "many")).toBe(
      `--changed-since origin/main: this clone is shallow, and its history ends before it reaches where this branch left origin/main.\n  ${all}\n`,
    );
    // As CI checks a pull request out: the merge, and its two sides.
    shop.git("merge", "--quiet", "-m", "Merge", "main");
    shop.git("clone", "--quiet", "--depth=2", "--branch=change", `file://${shop.folder}`, "two");
    const { code, stdout } = await shop.regions([...gate, "--changed-since", "HEAD^2"], "two");
    expect([code, stdout.match(/\[.*\] {2}\w+$/gm)]).toEqual([1, ["[mismatched-caller]  new"]]);
  });

  it("for what has no code, or runs it", async () => {
    const snapshot = await shop.regions([...gate, "--changed-since", "main", "--snapshot", "look.json"]);
    expect([snapshot.code, snapshot.stderr]).toEqual([
      2,
      "--changed-since compares the code that is here with an earlier commit, and --snapshot works from a file.\n  Give one of them.\n",
    ]);
    const discover = await shop.regions([...gate, "--changed-since", "main", "--discover"]);
    expect([discover.code, discover.stderr]).toEqual([
      2,
      "--discover runs code, and code of an earlier commit is never run.\n  Leave it away, or leave --changed-since away.\n",
    ]);
  });
});

/** Every file of `.git` with what it holds and when it was written. */
function traces(): readonly string[] {
  const folder = join(shop.folder, ".git");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs } = statSync(path);
      return `${name} ${mtimeMs} ${statSync(path).isFile() ? readFileSync(path, "base64") : ""}`;
    });
}

it("starts nothing that the repository names, and leaves no trace in it", async () => {
  const mark = join(shop.folder, "started");
  const program = join(shop.folder, ".git", "evil");
  // A filter must hand its input on, or the comparison would show it.
  shop.put(".git/evil", `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(shop.folder, ".git/hooks"), { recursive: true });
  for (const hook of [
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "fsmonitor-watchman",
    "pre-auto-gc",
  ]) {
    shop.put(`.git/hooks/${hook}`, shop.read(".git/evil"));
    chmodSync(join(shop.folder, ".git/hooks", hook), 0o755);
  }
  shop.put(".gitattributes", "*.tsx filter=evil diff=evil\n*.ts filter=other.one diff=evil\n");
  shop.put("web/src/Old.tsx", page("Old", "functionsWest1", "createPaymentIntent"));
  shop.commit("Name programs");
  onBranch();
  const settings = {
    "filter.evil.clean": program,
    "filter.evil.smudge": program,
    "filter.evil.required": "true",
    "filter.other.one.process": program,
    "filter.other.one.required": "true",
    "diff.evil.command": program,
    "diff.evil.textconv": program,
    "diff.external": program,
    "core.fsmonitor": program,
    "core.hooksPath": join(shop.folder, ".git/hooks"),
    "core.pager": program,
    "core.sshCommand": program,
    "remote.origin.url": `ext::${program}`,
    "remote.origin.promisor": "true",
    "extensions.partialClone": "origin",
    "uploadpack.packObjectsHook": program,
    "log.showSignature": "true",
    "gpg.program": program,
    "init.templateDir": join(shop.folder, ".git"),
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.interHunkContext": "50",
    "color.ui": "always",
  };
  for (const [key, value] of Object.entries(settings))
    execFileSync("git", ["config", key, value], { cwd: shop.folder });
  execFileSync("rm", ["-f", mark]);
  // Stamps that differ from the index make git compare contents, which is when filters run.
  for (const file of ["web/src/Search.tsx", "web/src/firebase.ts"]) shop.put(file, `${shop.read(file)}\n`);
  const before = traces();
  const { code, stdout } = await shop.regions([...gate, "--changed-since", "main"]);
  expect([code, stdout.match(/^\S+ .*\[.*\] {2}\w+$/gm)]).toEqual([
    1,
    ["web/src/New.tsx:5:16  error  [mismatched-caller]  new"],
  ]);
  expect(existsSync(mark) ? readFileSync(mark, "utf8") : "").toBe("");
  expect(traces()).toEqual(before);
  // The traps are set: git itself walks into them.
  expect(() => shop.git("-c", "core.fsmonitor=false", "diff", "--no-ext-diff", "main")).toThrow("clean filter");
  expect(readFileSync(mark, "utf8")).toContain(program);
});

it("removes what it wrote out after Ctrl-C, also after a second one", async () => {
  onBranch();
  const temporary = join(shop.folder, "temporary");
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  // Writes the files out as git does, and then does not come to an end.
  shop.put(
    "bin/git",
    `#!/bin/sh\ncase "$*" in *read-tree*) ${real} "$@"; touch "${temporary}/../under-way"; exec sleep 600;; esac\nexec ${real} "$@"\n`,
  );
  chmodSync(join(shop.folder, "bin/git"), 0o755);
  // Node keeps compiled code in such a folder, too.
  const ours = (names: readonly string[]) => names.filter((name) => name.startsWith("regions-"));
  for (const signals of [1, 2]) {
    execFileSync("rm", ["-rf", temporary, join(shop.folder, "under-way")]);
    mkdirSync(temporary);
    let seen: readonly string[] = [];
    const ran = await run([...gate, "--changed-since", "main"], {
      cwd: shop.folder,
      env: { PATH: `${join(shop.folder, "bin")}:${process.env.PATH}`, TMPDIR: temporary },
      started: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(join(shop.folder, "under-way"))) return;
          clearInterval(timer);
          seen = readdirSync(temporary);
          for (let sent = 0; sent < signals; sent++) child.kill("SIGINT");
        }, 20);
        child.on("close", () => clearInterval(timer));
      },
    });
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([130, "", ""]);
    expect(ours(seen).map((name) => name.slice(0, 15))).toEqual(["regions-commit-"]);
    expect(ours(readdirSync(temporary))).toEqual([]);
  }
});
