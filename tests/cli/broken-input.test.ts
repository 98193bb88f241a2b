import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectCopy, run } from "./run.ts";

/* Input that is broken in ways that happen: a clear message or a gap, never a stack trace, never clean, never a hang. */

let project: ReturnType<typeof projectCopy>;
beforeEach(() => {
  project = projectCopy("shop");
});
afterEach(() => project.remove());

const files = ["audit", "--sources", "declared,callers,deployed", "--deployed", "listing.txt", "--today", "2026-11-22"];
const regions = (args: readonly string[]) => run(args, { cwd: project.folder });
const write = (file: string, content: string | Buffer) => writeFileSync(join(project.folder, file), content);
const read = (file: string) => readFileSync(join(project.folder, file), "utf8");

describe("broken input", () => {
  it.each([
    ["a listing cut in half", () => read("listing.txt").slice(0, 700)],
    ["a web page", () => "<!doctype html><html><body>502 Bad Gateway</body></html>"],
    ["an empty file", () => ""],
    ["JSON that is cut off", () => '{"status":"success","result":[{"id":"searchArticles","region":"europe'],
    ["JSON of another kind", () => '{"hello": "world"}'],
  ])("--deployed with %s: a clear message, exit code 2", async (_, content) => {
    write("listing.txt", content());
    const ran = await regions(files);
    expect([ran.code, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain("listing.txt");
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });

  it("--deployed with a binary file", async () => {
    write("listing.txt", Buffer.from([0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 3]));
    const ran = await regions(files);
    expect([ran.code, ran.stderr]).toEqual([
      2,
      "listing.txt is not a text file.\n  Check that it is the right file.\n",
    ]);
  });

  it("--deployed with a folder", async () => {
    const ran = await regions(["audit", "--deployed", "web"]);
    expect([ran.code, ran.stderr]).toEqual([2, "web is no file.\n  Name a file.\n"]);
  });

  it("a manifest of 50 MB is refused in one sentence", async () => {
    write("regions.yaml", `${read("regions.yaml")}${"# ".padEnd(1024, "x")}\n`.padEnd(50 * 1024 * 1024, "#"));
    const ran = await regions(files);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^regions\.yaml.*(large|long|big)/i);
  });

  it.each([
    [
      "UTF-16 with its mark",
      (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]),
    ],
    ["UTF-8 with its mark", (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    [
      "Latin-1",
      (text: string) => Buffer.from(text.replace("core business", "cœur métier").replace("œ", "oe"), "latin1"),
    ],
    ["Windows line ends", (text: string) => Buffer.from(text.replaceAll("\n", "\r\n"))],
  ])("a manifest in %s is read", async (_, encode) => {
    write("regions.yaml", encode(read("regions.yaml")));
    expect((await regions(files)).code).toBe(0);
  });

  it("binary files, links in a loop, and a line of 100,000 characters among the sources do no harm", async () => {
    write("web/src/logo.ts", Buffer.from([0, 1, 2, 3, 0, 255, 254]));
    mkdirSync(join(project.folder, "web/src/loop"));
    symlinkSync("../loop", join(project.folder, "web/src/loop/again"));
    symlinkSync("self.ts", join(project.folder, "web/src/self.ts"));
    write("web/src/long.ts", `export const text = "${"x".repeat(100_000)}";\n`);
    write("web/src/latin.ts", Buffer.from('export const label = "r\u00e9server";\n', "latin1"));
    expect((await regions(files)).code).toBe(0);
  });

  it("a source that nobody can parse is a gap, and never clean", async () => {
    write("functions/src/index.ts", read("functions/src/index.ts").replace("onCall({", "onCall({{{"));
    const ran = await regions([...files, "--format", "json"]);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toBe("");
  });

  it("an empty folder is no clean project", async () => {
    mkdirSync(join(project.folder, "empty"));
    const ran = await regions(["audit", "--root", "empty"]);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain("no codebase of functions was found");
  });
});
