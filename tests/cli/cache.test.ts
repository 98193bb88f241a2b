import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { LookCache } from "../../src/sources/code/look-cache.ts";

let folder: string;
let root: string;
let cacheFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-cache-"));
  root = join(folder, "shop");
  cacheFile = join(folder, "cache/shop.look");
  put(
    "src/firebase.ts",
    'import { getFunctions } from "firebase/functions";\nexport const fns = getFunctions(undefined, "europe-west1");\n',
  );
  put(
    "src/pay.ts",
    'import { httpsCallable } from "firebase/functions";\nimport { fns } from "./firebase";\nexport const pay = httpsCallable(fns, "pay");\n',
  );
  put("src/plain.ts", "export const one = 1;\n");
  git("init", "-q");
  git("add", "-A");
  git("commit", "-q", "-m", "start");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

function git(...words: string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
    cwd: root,
    stdio: "ignore",
  });
}

/** One look with the cache: the rows, and whether they had to be read. `later`: seconds after the files were written. */
async function look(later = 60, analyser = "1"): Promise<{ rows: string[]; read: boolean }> {
  const cache = await LookCache.open(root, cacheFile, analyser, Date.now() + later * 1_000);
  let read = false;
  const { facts } = await cache.remembered("callers", async () => {
    read = true;
    return readCallers({ root, projectId: null, owners: [], project: await cache.tree() });
  });
  await cache.save();
  const rows = facts.callers.map(
    ({ file, line, targets }) => `${file}:${line} ${targets.map((one) => `${one.function}@${one.region}`)}`,
  );
  return { rows, read };
}

const paid = ["src/pay.ts:3 pay@europe-west1"];

describe("what is remembered of a tree", () => {
  it("is not read twice while nothing changes", async () => {
    expect(await look()).toEqual({ rows: paid, read: true });
    expect(await look()).toEqual({ rows: paid, read: false });
  });

  it.each([
    [
      "an edit of a file that a row hangs on",
      () =>
        put(
          "src/firebase.ts",
          'import { getFunctions } from "firebase/functions";\nexport const fns = getFunctions(undefined, "europe-west3");\n',
        ),
      ["src/pay.ts:3 pay@europe-west3"],
    ],
    [
      "an edit that begins to call",
      () =>
        put(
          "src/plain.ts",
          'import { httpsCallable } from "firebase/functions";\nimport { fns } from "./firebase";\nhttpsCallable(fns, "more");\n',
        ),
      [...paid, "src/plain.ts:3 more@europe-west1"],
    ],
    [
      "a new file",
      () =>
        put(
          "src/new.ts",
          'import { httpsCallable } from "firebase/functions";\nimport { fns } from "./firebase";\nhttpsCallable(fns, "new");\n',
        ),
      ["src/new.ts:3 new@europe-west1", ...paid],
    ],
    ["a file that is gone", () => rmSync(join(root, "src/pay.ts")), []],
    [
      "a file under another name",
      () => renameSync(join(root, "src/pay.ts"), join(root, "src/paid.ts")),
      ["src/paid.ts:3 pay@europe-west1"],
    ],
  ])("is read anew after %s", async (_, change, rows) => {
    await look();
    change();
    expect(await look()).toEqual({ rows, read: true });
    expect(await look()).toEqual({ rows, read: false });
  });

  it("is read anew on another branch and back, and where only git's index differs", async () => {
    put(".env", "VITE_REGION=europe-west3\n");
    put(
      "src/env.ts",
      'import { getFunctions, httpsCallable } from "firebase/functions";\nhttpsCallable(getFunctions(undefined, import.meta.env.VITE_REGION ?? "europe-west1"), "env");\n',
    );
    expect((await look()).rows).toEqual(["src/env.ts:2 env@europe-west1", ...paid]);
    git("add", "-A");
    expect(await look()).toEqual({ rows: ["src/env.ts:2 env@europe-west3", ...paid], read: true });
    git("checkout", "-q", "-b", "other");
    git("commit", "-q", "-m", "env");
    expect((await look()).read).toBe(false);
    git("checkout", "-q", "-");
    expect(await look()).toEqual({ rows: paid, read: true });
    git("checkout", "-q", "other");
    expect(await look()).toEqual({ rows: ["src/env.ts:2 env@europe-west3", ...paid], read: true });
  });

  it("stays where a file changes that never mattered", async () => {
    await look();
    put("src/plain.ts", "export const one = 2;\n");
    expect(await look()).toEqual({ rows: paid, read: false });
    expect(await look()).toEqual({ rows: paid, read: false });
    put("src/plain.ts", 'export { fns } from "./firebase";\n');
    expect((await look()).rows).toEqual(paid);
  });

  it("is not fooled by a write that leaves the stamps of a file as they were", async () => {
    const file = join(root, "src/firebase.ts");
    const { atime, mtime } = statSync(file);
    // The look is taken in the very moment of the write, and the clock is set back between the two.
    await look(0);
    const stored = readFileSync(cacheFile, "utf8");
    writeFileSync(file, readFileSync(file, "utf8").replace("europe-west1", "europe-west9"));
    utimesSync(file, atime, mtime);
    expect((await look(0)).rows).toEqual(["src/pay.ts:3 pay@europe-west9"]);
    expect(stored).toContain('"young":{"0"');
  });

  it("asks git alone what has changed, and lists nothing anew while that does not matter", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const asked = join(folder, "asked.txt");
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$*" >>'${asked}'\nexec '${real}' "$@"\n`, { mode: 0o755 });
    await look();
    vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
    try {
      put("src/plain.ts", "export const one = 2;\n");
      put("src/note.md", "Nothing.\n");
      git("add", "src/note.md");
      expect(await look()).toEqual({ rows: paid, read: true });
      rmSync(asked);
      expect(await look()).toEqual({ rows: paid, read: false });
      put("src/plain.ts", "export const one = 3;\n");
      expect(await look()).toEqual({ rows: paid, read: false });
    } finally {
      vi.unstubAllEnvs();
    }
    const questions = readFileSync(asked, "utf8").match(/ls-files|diff-files/g);
    expect(questions?.sort()).toEqual(["diff-files", "diff-files", "ls-files", "ls-files"]);
  });

  it("sees edits that git was told not to look at, or takes for none", async () => {
    git("update-index", "--assume-unchanged", "src/firebase.ts");
    const unlike = readFileSync(join(root, "src/firebase.ts"), "utf8").replace("europe-west1", "europe-west9");
    await look();
    put("src/firebase.ts", unlike);
    expect((await look()).rows).toEqual(["src/pay.ts:3 pay@europe-west9"]);
    git("update-index", "--no-assume-unchanged", "src/firebase.ts");
    // What this filter cleans is the same whatever the region is.
    put(".gitattributes", "*.ts filter=blur\n");
    git("config", "filter.blur.clean", "sed s/europe-west./europe-west1/");
    git("add", "-A");
    expect((await look()).rows).toEqual(["src/pay.ts:3 pay@europe-west9"]);
    put("src/firebase.ts", unlike.replace("europe-west9", "europe-west3"));
    expect((await look()).rows).toEqual(["src/pay.ts:3 pay@europe-west3"]);
  });

  it("starts no program that the repository's own settings name", async () => {
    const trace = join(folder, "started.txt");
    await look();
    git("config", "filter.spy.clean", `sh -c 'echo started >>${trace}; cat'`);
    git("config", "core.fsmonitor", `sh -c 'echo started >>${trace}'`);
    put(".gitattributes", "*.ts filter=spy\n");
    put("src/plain.ts", "export const one = 4;\n");
    expect((await look()).rows).toEqual(paid);
    expect((await look()).read).toBe(false);
    expect(existsSync(trace)).toBe(false);
  });

  it("keeps what it knows of a tree when one more thing is asked of it", async () => {
    await look();
    put("src/plain.ts", "export const one = 2;\n");
    const cache = await LookCache.open(root, cacheFile, "1", Date.now() + 60_000);
    expect(await cache.remembered("files", async () => (await cache.tree()).list.files)).toEqual([
      "src/firebase.ts",
      "src/pay.ts",
      "src/plain.ts",
    ]);
    await cache.save();
    expect(await look()).toEqual({ rows: paid, read: false });
    git("add", "-A");
    expect(await look()).toEqual({ rows: paid, read: false });
    put("src/plain.ts", 'import { httpsCallable } from "firebase/functions";\nhttpsCallable(null, "x");\n');
    expect((await look()).read).toBe(true);
  });

  it("is thrown away where its own file is damaged, foreign, or another version's", async () => {
    await look();
    const whole = readFileSync(cacheFile, "utf8");
    for (const text of ["", "{}", whole.slice(0, 300), whole.replace("europe-west1", "europe-west4"), `x\n${whole}`]) {
      writeFileSync(cacheFile, text);
      expect(await look(), text.slice(0, 20)).toEqual({ rows: paid, read: true });
    }
    expect(await look(60, "2")).toEqual({ rows: paid, read: true });
    await look();
    // What only an edit asks for is damaged: all is well until there is one.
    writeFileSync(cacheFile, readFileSync(cacheFile, "utf8").slice(0, -40));
    expect(await look()).toEqual({ rows: paid, read: false });
    put("src/plain.ts", "export const one = 2;\n");
    expect(await look()).toEqual({ rows: paid, read: true });
    expect(readdirSync(dirname(cacheFile))).toEqual(["shop.look"]);
  });

  it("is nothing where its folder cannot be written", async () => {
    writeFileSync(join(folder, "cache"), "a file, where the folder should be");
    expect(await look()).toEqual({ rows: paid, read: true });
    expect(await look()).toEqual({ rows: paid, read: true });
  });
});

it("does without a cache where its file is a pipe, or its folder cannot be made", async () => {
  mkdirSync(dirname(cacheFile), { recursive: true });
  execFileSync("mkfifo", [cacheFile]);
  expect((await look()).rows).toEqual((await look()).rows);
  // Where there is no /proc, this folder cannot be made either.
  for (const path of ["/proc/regions/shop.look", join(root, "src/plain.ts/shop.look")]) {
    cacheFile = path;
    expect([(await look()).read, (await look()).read]).toEqual([true, true]);
  }
});
