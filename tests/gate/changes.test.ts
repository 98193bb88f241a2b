import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Changes, changesSince, isOn } from "../../src/sources/history/changes.ts";
import { PatchLines } from "../../src/sources/history/patch-lines.ts";
import { openRepository } from "../../src/sources/history/repository.ts";
import { type Repository, shopRepository } from "./repository.ts";

/* Which lines a change wrote: from git's own patches of files that are made to be misread. */

let shop: Repository;
beforeEach(() => {
  shop = shopRepository();
});
afterEach(() => shop.remove());

const numbers = (...lines: number[]) => lines.map((line) => `line ${line}\n`).join("");

async function between(from: string, to: string | null): Promise<Changes> {
  const { ground } = await openRepository(shop.folder, "test", new AbortController().signal);
  return changesSince(ground, from, to === null ? null : { commit: to, prefix: "" });
}

it("tells added, rewritten and removed lines of each side", async () => {
  shop.put("a.txt", numbers(1, 2, 3, 4, 5, 6, 7, 8, 9));
  shop.put("gone.txt", numbers(1, 2));
  shop.put("bare.txt", "no line end");
  const from = shop.commit("Before");
  shop.put("a.txt", `new\n${numbers(1, 2, 4, 5)}other\n${numbers(7, 8, 9)}`);
  shop.put("bare.txt", "no line end\nand none here");
  shop.git("rm", "--quiet", "gone.txt");
  const to = shop.commit("After");
  const changes = await between(from, to);
  expect([...changes.after]).toEqual([
    [
      "a.txt",
      [
        [1, 1],
        [6, 6],
      ],
    ],
    ["bare.txt", [[1, 2]]],
  ]);
  expect([...changes.before]).toEqual([
    [
      "a.txt",
      [
        [3, 3],
        [6, 6],
      ],
    ],
    ["bare.txt", [[1, 1]]],
    ["gone.txt", [[1, 2]]],
  ]);
  expect(await between(from, null)).toEqual(changes);
  const on = (line: number, endLine: number) => isOn(changes.after, [], { file: "a.txt", line, endLine });
  expect([on(2, 5), on(2, 6), on(6, 9), on(7, 9), on(1, 1)]).toEqual([false, true, true, false, true]);
});

it("is not misled by names or by contents", async () => {
  const names = [
    "with blank.txt",
    'with "quotes".txt',
    "with\ttab.txt",
    "with\nbreak.txt",
    "mit Ümlaut.txt",
    "back\\slash.txt",
  ];
  const content = (word: string) =>
    `${word}\n--- a/x\n+++ b/evil.txt\n@@ -1 +1 @@\ndiff --git a/x b/y\n\\ No newline at end of file\n`;
  for (const name of names) shop.put(name, `first\n${content("same")}`);
  const from = shop.commit("Before");
  for (const name of names) shop.put(name, `first\n${content("same")}${content("more")}-- a/evil\n++ b/evil\n`);
  const { after, before } = await between(from, shop.commit("After"));
  expect(new Map(after)).toEqual(new Map(names.map((name) => [name, [[8, 15]]])));
  expect(before.size).toBe(0);
});

it("takes a file whole where git tells no lines of it: binary ones, by an attribute, too", async () => {
  shop.put(".gitattributes", "*.min.js -diff\n");
  shop.put("code.min.js", "a\nb\n");
  shop.put("image.png", "\u0000\u0001");
  shop.put("both.txt", "one\n");
  const from = shop.commit("Before");
  shop.git("checkout", "--quiet", "-b", "theirs");
  shop.put("both.txt", "theirs\n");
  shop.commit("Theirs");
  shop.git("checkout", "--quiet", "main");
  shop.put("both.txt", "ours\n");
  shop.commit("Ours");
  expect(() => shop.git("merge", "--quiet", "theirs")).toThrow();
  shop.put("code.min.js", "a\nc\n");
  shop.put("image.png", "\u0000\u0002");
  const { after } = await between(from, null);
  expect(Object.fromEntries(after)).toEqual({ "both.txt": [[1, 5]], "code.min.js": "all", "image.png": "all" });
});

it("reads a patch alike in whatever pieces it comes", async () => {
  shop.put("a file.txt", numbers(1, 2, 3, 4));
  shop.put("b.txt", "no line end");
  const from = shop.commit("Before");
  shop.put("a file.txt", `${numbers(1)}+++ b/x\n${numbers(3, 4)}last`);
  shop.put("b.txt", "none either");
  shop.commit("After");
  const patch = execFileSync("git", ["diff-tree", "-r", "-p", "-U0", from, "HEAD"], { cwd: shop.folder });
  const whole = new PatchLines();
  whole.take(patch);
  for (const size of [1, 2, 7, 64]) {
    const pieces = new PatchLines();
    for (let at = 0; at < patch.length; at += size) pieces.take(patch.subarray(at, at + size));
    expect([pieces.after, pieces.before]).toEqual([whole.after, whole.before]);
  }
  expect([...whole.after]).toEqual([
    [
      "a file.txt",
      [
        [2, 2],
        [5, 5],
      ],
    ],
    ["b.txt", [[1, 1]]],
  ]);
});
