import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "regions-owners-"));
  for (const folder of ["web/src", "vacant", "app/lib"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "web/src/main.ts"), "export const nothing = 1;\n");
  writeFileSync(join(root, "app/lib/main.rb"), "puts 1\n");
  writeFileSync(join(root, "note.txt"), "no folder\n");
  symlinkSync("web", join(root, "linked"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const gapsOf = async (...folders: string[]) => {
  const owners = folders.map((folder) => ({ name: "web", folder, mode: null, kind: "web" as const }));
  const { gaps } = await readCallers({ root, projectId: null, owners });
  return gaps.map(({ source, facet, scope, region, reason }) => [source, facet, scope, region, reason]);
};

it.each([
  ["nowhere", "it does not exist"],
  ["vacant", "it holds no file: it is empty, or ignored"],
  ["note.txt", "it is no folder"],
  ["linked", "it is a symbolic link, which is not followed"],
  ["app", "it holds no source file of a kind that is read"],
  [
    "../web",
    "it lies outside the folder that is searched; give that folder with --root, or bring its callers with `facts`",
  ],
])("a front end in which nothing was looked at is a gap: %s", async (folder, reason) => {
  expect(await gapsOf("web", folder)).toEqual([["callers", "files", folder, null, reason]]);
});

it.each([["web"], ["./web/"], ["."], [""]])("a front end without callers is none: %j", async (folder) => {
  expect(await gapsOf(folder)).toEqual([]);
});

it("a checkout in which nothing was looked at is a gap, whole as it is", async () => {
  const { gaps, facts } = await readCallers({ root: join(root, "vacant"), projectId: null, owners: [] });
  expect(gaps.map(({ scope, reason }) => [scope, reason])).toEqual([
    [".", "it holds no file: it is empty, or ignored"],
  ]);
  expect(facts.callers).toEqual([]);
});
