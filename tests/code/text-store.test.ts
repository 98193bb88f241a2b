import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TextStore } from "../../src/sources/code/text-store.ts";

const texts: Record<string, string> = {
  "plain.ts": "call(first); // taskQ",
  "next.ts": "ueue is no word of one file; second",
  "umlaut.ts": 'rufe("Größe", second);',
  "marked.ts": "first of a file with a mark",
  "empty.ts": "",
  "long.ts": `${"// Nothing is called here.\n".repeat(40_000)}second`,
};
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "regions-texts-"));
  const mark = Buffer.from([0xef, 0xbb, 0xbf]);
  for (const [file, text] of Object.entries(texts)) {
    writeFileSync(join(root, file), file === "marked.ts" ? Buffer.concat([mark, Buffer.from(text)]) : text);
  }
  writeFileSync(join(root, "latin.ts"), Buffer.from("Größe und first", "latin1"));
  writeFileSync(join(root, "wide.ts"), Buffer.from("\ufeffsecond in two bytes", "utf16le"));
  writeFileSync(join(root, "image.png"), Buffer.from([0, 1, 2, 3, 0x66, 0x69, 0x72, 0x73, 0x74]));
  writeFileSync(join(root, "bundle.js"), `first${" ".repeat(2 * 1024 * 1024)}`);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const files = [...Object.keys(texts), "latin.ts", "wide.ts", "image.png", "bundle.js", "gone.ts"];
const words = ["first", "second", "taskQueue", "Größe"];

function holders(store: TextStore, among: readonly string[] = files): Record<string, string[]> {
  return Object.fromEntries([...store.holding(among, words)].map(([word, found]) => [word, [...found].sort()]));
}

const all = {
  first: ["latin.ts", "marked.ts", "plain.ts"],
  second: ["long.ts", "next.ts", "umlaut.ts", "wide.ts"],
  taskQueue: [],
  Größe: ["latin.ts", "umlaut.ts"],
};

describe.each([
  ["with room for all", undefined],
  ["with room for a part", 1_200_000],
  ["without room", 0],
])("texts of a tree, %s", (_, room) => {
  it("are searched for words in every encoding, each file by itself, the first time and later", () => {
    const store = new TextStore(root, room);
    expect(holders(store)).toEqual(all);
    expect(holders(store)).toEqual(all);
    expect(holders(store, ["next.ts", "latin.ts"])).toEqual({
      first: ["latin.ts"],
      second: ["next.ts"],
      taskQueue: [],
      Größe: ["latin.ts"],
    });
  });

  it("are what the files hold, before a search and after it", () => {
    const store = new TextStore(root, room);
    const read = () =>
      Object.fromEntries(
        files.map((file) => {
          const found = store.text(file);
          return [file, found.kind === "text" ? found.text : found.kind];
        }),
      );
    const expected = {
      ...texts,
      "latin.ts": "Größe und first",
      "wide.ts": "second in two bytes",
      "image.png": "binary",
      "bundle.js": "large",
      "gone.ts": "unreadable",
    };
    expect(read()).toEqual(expected);
    store.holding(files, words);
    expect(read()).toEqual(expected);
    expect(files.filter((file) => !store.isText(file))).toEqual(["image.png", "bundle.js", "gone.ts"]);
  });
});
