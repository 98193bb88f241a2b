import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { listFiles } from "../../src/sources/code/files.ts";

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

function folderWith(...files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "regions-git-"));
  made.push(root);
  fill(root, ...files);
  return root;
}

function fill(root: string, ...files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `export const file = ${JSON.stringify(file)};\n`);
  }
}

function git(root: string, ...args: readonly string[]): void {
  const settings = ["user.name=n", "user.email=n@example.com", "protocol.file.allow=always", "commit.gpgsign=false"];
  execFileSync("git", [...settings.flatMap((one) => ["-c", one]), ...args], { cwd: root, stdio: "ignore" });
}

function committed(root: string): string {
  git(root, "init");
  git(root, "add", "-A");
  git(root, "commit", "-m", "all");
  return root;
}

describe("symbolic links", () => {
  it.each([["in a repository"], ["in a folder of its own"]])(
    "that lead to source outside of the root are told, %s; those that lead inside, to nothing, or to no source are not",
    async (where) => {
      const outside = folderWith("lib/call.ts", "more/deep/call.dart");
      mkdirSync(join(outside, "data"));
      writeFileSync(join(outside, "data/prices.csv"), "1,2\n");
      const root = folderWith("src/own.ts");
      for (const [target, link] of [
        [join(outside, "lib/call.ts"), "src/call.ts"],
        [join(outside, "more"), "more"],
        [join(outside, "data"), "data"],
        [join(outside, "data/prices.csv"), "prices.csv"],
        [join(outside, "gone.ts"), "gone.ts"],
        ["own.ts", "src/same.ts"],
        ["src", "again"],
      ] as const)
        symlinkSync(target, join(root, link));
      if (where === "in a repository") committed(root);
      const reason = "it is a symbolic link out of the folder that is searched, and is not followed";
      const { files, unreadable } = await listFiles(root);
      expect(files).toContain("src/own.ts");
      expect([...unreadable].sort((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
        { path: "more", reason },
        { path: "src/call.ts", reason },
      ]);
    },
  );
});

describe("what a repository holds", () => {
  it("reads submodules, and clones that lie in it untracked", async () => {
    const shop = committed(folderWith("src/shop.ts", ".env"));
    const root = committed(folderWith("index.ts"));
    git(root, "submodule", "add", shop, "front.end");
    git(root, "commit", "-m", "with the shop");
    fill(root, "tools/clone/run.ts");
    committed(join(root, "tools/clone"));
    fill(root, "tools/clone/draft.ts");
    const { files, committed: tracked, unreadable } = await listFiles(root);
    expect(files).toEqual([
      ".gitmodules",
      "front.end/.env",
      "front.end/src/shop.ts",
      "index.ts",
      "tools/clone/draft.ts",
      "tools/clone/run.ts",
    ]);
    expect([...(tracked ?? [])].sort()).toEqual(files.filter((file) => file !== "tools/clone/draft.ts"));
    expect(unreadable).toEqual([]);
  });

  it("says which submodule was not fetched, and leaves other branches of itself aside", async () => {
    const shop = committed(folderWith("src/shop.ts"));
    const root = committed(folderWith("index.ts"));
    git(root, "submodule", "add", shop, "shop");
    git(root, "commit", "-m", "with the shop");
    git(root, "submodule", "deinit", "-f", "shop");
    git(root, "worktree", "add", "branches/next");
    const { files, unreadable } = await listFiles(root);
    expect(files).toEqual([".gitmodules", "index.ts"]);
    const reason = "its submodule is not checked out (git submodule update --init)";
    expect(unreadable).toEqual([{ path: "shop", reason }]);
  });

  it("names each folder once that a sparse checkout leaves out", async () => {
    const root = committed(
      folderWith("web/a.ts", "admin/src/a.ts", "admin/src/b.ts", "apps/one/a.ts", "apps/two/a.ts"),
    );
    git(root, "sparse-checkout", "set", "web", "apps/one");
    const reason = "the sparse checkout leaves it out";
    expect(await listFiles(root)).toEqual({
      files: ["apps/one/a.ts", "web/a.ts"],
      committed: new Set(["apps/one/a.ts", "web/a.ts"]),
      unreadable: [
        { path: "admin", reason },
        { path: "apps/two", reason },
      ],
      watched: false,
    });
  });

  it("reads a file that git was told to pass over, as long as it is there", async () => {
    const root = committed(folderWith("config.ts", "index.ts"));
    git(root, "update-index", "--skip-worktree", "config.ts");
    expect((await listFiles(root)).files).toEqual(["config.ts", "index.ts"]);
  });

  it("asks about its own folder, whatever hook of another repository runs it", async () => {
    const other = committed(folderWith("other.ts"));
    const root = committed(folderWith("index.ts"));
    vi.stubEnv("GIT_DIR", join(other, ".git"));
    vi.stubEnv("GIT_INDEX_FILE", join(other, ".git/index"));
    expect((await listFiles(root)).files).toEqual(["index.ts"]);
  });
});

describe("a repository that git says nothing about", () => {
  it("is a gap where git is not installed, and none where there is no repository", async () => {
    const root = committed(folderWith("index.ts"));
    const bare = folderWith("index.ts");
    vi.stubEnv("PATH", folderWith("empty.ts"));
    expect(await listFiles(root)).toEqual({
      files: ["index.ts"],
      committed: null,
      unreadable: [{ path: ".", reason: "it is a git repository, and git is not installed" }],
      watched: false,
    });
    expect((await listFiles(bare)).unreadable).toEqual([]);
  });

  it("tells what git told, and how a folder of another user is trusted", async () => {
    const root = committed(folderWith("index.ts"));
    const answerWith = (text: string): void => {
      const bin = folderWith("empty.ts");
      writeFileSync(join(bin, "git"), `#!/bin/sh\ncat >&2 <<'E'\n${text}\nE\nexit 128\n`);
      chmodSync(join(bin, "git"), 0o755);
      vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
    };
    answerWith("fatal: .git/index: index file smaller than expected");
    expect((await listFiles(root)).unreadable).toEqual([
      { path: ".", reason: "git gave no list of the files: .git/index: index file smaller than expected" },
    ]);
    answerWith(
      "fatal: detected dubious ownership in repository at '/srv/shop'\nTo add an exception for this directory, call:\n\n\tgit config --global --add safe.directory /srv/shop",
    );
    const mend = "git config --global --add safe.directory /srv/shop";
    expect((await listFiles(root)).unreadable).toEqual([
      { path: ".", reason: `git lists no files of a folder that belongs to another user; to trust it: ${mend}` },
    ]);
  });
});

it("says of a name that is no text that it is none, also outside of repositories", async () => {
  const root = folderWith("index.ts");
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x2e, 0x74, 0x73])]), "");
  expect(await listFiles(root)).toEqual({
    files: ["index.ts"],
    committed: null,
    unreadable: [{ path: "\ufffd.ts", reason: "its name is not UTF-8" }],
    watched: false,
  });
});
