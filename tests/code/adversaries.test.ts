import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { listFiles } from "../../src/sources/code/files.ts";
import { isIgnored, parseIgnore } from "../../src/sources/code/ignore-file.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-adversaries-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(file: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

async function look() {
  const { facts, gaps } = await readCallers({ root, projectId: null, owners: [] });
  return {
    calls: facts.callers.map((row) => `${row.file}:${row.line} ${row.targets[0]?.function}`),
    unresolved: facts.unresolved.map((row) => `${row.file}:${row.line} ${row.reason}`),
    gaps: gaps.map((gap) => `${gap.scope} ${gap.reason}`),
  };
}

const head = `import { getFunctions, httpsCallable } from "firebase/functions";
const functions = getFunctions(undefined, "europe-west1");
`;
const call = (name: string) => `${head}httpsCallable(functions, "${name}");\n`;

it("gives up on objects that are spread into themselves, at the call and nowhere else", async () => {
  put("self.ts", `${head}const names = { ...names };\nhttpsCallable(functions, names.first);\n`);
  put(
    "pair.ts",
    `${head}const one = { ...two };\nconst two = { ...one };\nhttpsCallable(functions, one.first.second);\n`,
  );
  put("fine.ts", call("fine"));
  const deep = "the function's name cannot be told: the expression is nested too deeply to follow";
  expect(await look()).toEqual({
    calls: ["fine.ts:3 fine"],
    unresolved: [`pair.ts:5 ${deep}`, `self.ts:4 ${deep}`],
    gaps: [],
  });
});

it("reads a tree whose .gitignore would keep a regular expression busy for years", async () => {
  put(".gitignore", `${"*a".repeat(60)}b\n${"**/x/".repeat(30)}y\n`);
  put(`${"a".repeat(200)}.ts`, call("long"));
  put(`${"x/".repeat(60)}z.ts`, call("deep"));
  expect((await look()).calls.map((row) => row.split(" ")[1])).toEqual(["long", "deep"]);
});

it.each([
  ["a*b*c*d*e.ts", "a1b2c3d4e.ts", true],
  ["a*b*c*d*e.ts", "a1b2c3d4.ts", false],
  ["a*b*c*d*e.ts", "deep/a1b2c3d4e.ts", true],
  ["/a*b*c*d*e.ts", "deep/a1b2c3d4e.ts", false],
  ["src/**/a/**/b/**/c/**/*.ts", "src/a/b/c/x.ts", true],
  ["src/**/a/**/b/**/c/**/*.ts", "src/1/a/2/3/b/c/4/x.ts", true],
  ["src/**/a/**/b/**/c/**/*.ts", "src/1/a/2/3/c/4/x.ts", false],
  ["*[0-9]*?*x*.ts", "v1.2x.ts", true],
  ["*a*a*a*a/**", "banana-a/inner/b.ts", true],
])("matches %s against %s as git does: %s", (pattern, path, ignored) => {
  execFileSync("git", ["init", "-q", root]);
  put(".gitignore", `${pattern}\n`);
  let git = true;
  try {
    execFileSync("git", ["check-ignore", "-q", "--no-index", path], { cwd: root });
  } catch {
    git = false;
  }
  expect({ git, ours: isIgnored(parseIgnore(pattern, ""), path, false) }).toEqual({ git: ignored, ours: ignored });
});

it("names a file of a repository whose name is no UTF-8, since nobody can open it by that name", async () => {
  execFileSync("git", ["init", "-q", root]);
  put("fine.ts", call("fine"));
  writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from(".ts")]), call("latin"));
  expect(await look()).toEqual({
    calls: ["fine.ts:3 fine"],
    unresolved: [],
    gaps: ["caf\ufffd.ts its name is not UTF-8"],
  });
});

it("reads text with a zero in it and UTF-16 without its mark; a binary file stays one", async () => {
  put("zero.ts", `${head}const separator = "\0";\nhttpsCallable(functions, "zero");\n`);
  put("wide.ts", Buffer.from(call("wide"), "utf16le"));
  put("wideBig.ts", Buffer.from(call("wideBig"), "utf16le").swap16());
  put("video.ts", Buffer.concat([Buffer.from([0x47, 0x40, 0x00, 0x10, 0x00, 0xff]), Buffer.from(call("video"))]));
  expect(await look()).toEqual({
    calls: ["wide.ts:3 wide", "wideBig.ts:3 wideBig", "zero.ts:4 zero"],
    unresolved: [],
    gaps: [],
  });
});

it("does not wait for a git that never answers, and says what that leaves open, whichever folder is asked for", async () => {
  put("web/a.ts", call("found"));
  put("bin/git", "#!/bin/sh\nexec sleep 600\n");
  chmodSync(join(root, "bin/git"), 0o755);
  vi.stubEnv("PATH", `${join(root, "bin")}:${process.env.PATH}`);
  try {
    const reason = "git gave no list of the files within 1 s";
    expect((await listFiles(root, 500)).unreadable).toEqual([{ path: ".", reason }]);
    const owners = [{ name: "web", folder: "web", mode: null, kind: "web" as const }];
    const { facts, gaps } = await readCallers({ root, projectId: null, owners });
    expect(facts.callers.map(({ file }) => file)).toEqual(["web/a.ts"]);
    expect(gaps.map(({ scope, reason }) => `${scope} ${reason}`)).toEqual([
      ". git gave no list of the files within 30 s",
    ]);
  } finally {
    vi.unstubAllEnvs();
  }
});

it("reads a folder called lib that is still to be compiled, and passes over one that was", async () => {
  put("package.json", "{}");
  put("tsconfig.json", "{}");
  put("lib/firebase.ts", call("written"));
  put("dist/firebase.js", call("built"));
  put("dist/firebase.d.ts", "export {};\n");
  expect((await listFiles(root)).files).toEqual(["lib/firebase.ts", "package.json", "tsconfig.json"]);
});
