import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { findLayout } from "../../src/sources/code/layout.ts";
import { Project } from "../../src/sources/code/project.ts";
import { readDeclared } from "../../src/sources/declared/read.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-code-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(file: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

const call = (name: string, region = "europe-west1"): string =>
  `import { getFunctions, httpsCallable } from "firebase/functions";\nhttpsCallable(getFunctions(undefined, "${region}"), "${name}");\n`;

async function look() {
  const { facts, gaps } = await readCallers({ root, projectId: null, owners: [] });
  return {
    calls: facts.callers.map(
      (row) => `${row.file}:${row.line}:${row.column} ${row.targets[0]?.function} ${row.targets[0]?.region}`,
    ),
    unresolved: facts.unresolved.map((row) => `${row.file} ${row.reason}`),
    gaps: gaps.map((gap) => `${gap.scope} ${gap.reason}`),
  };
}

describe("files as they are found", () => {
  it("reads UTF-8 with a mark, UTF-16 both ways and Latin-1, with the columns a person counts", async () => {
    put("bom.ts", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(call("bom"))]));
    put("little.ts", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(call("little"), "utf16le")]));
    put("big.ts", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(call("big"), "utf16le").swap16()]));
    put("latin.ts", Buffer.from(`/* caf\u00e9 */ ${call("latin")}`, "latin1"));
    put("emoji.ts", call("emoji").replace("\nhttps", "\n/* 😀 */ https"));
    expect(await look()).toEqual({
      calls: [
        "big.ts:2:1 big europe-west1",
        "bom.ts:2:1 bom europe-west1",
        "emoji.ts:2:10 emoji europe-west1",
        "latin.ts:2:1 latin europe-west1",
        "little.ts:2:1 little europe-west1",
      ],
      unresolved: [],
      gaps: [],
    });
  });

  it("names what it leaves unread: bundles, minified code, folders it may not open; binaries hold no calls", async () => {
    put("bundle.js", `${call("inBundle")}${"// padding\n".repeat(250_000)}`);
    put("vendor.min.js", `var a="httpsCallable";${"x=1;".repeat(30_000)}`);
    put("long.ts", `const data = "${"x".repeat(1_000)}";\n${call("besideLongLine")}`);
    put("image.ts", Buffer.from([0, 1, 2, 3, ...Buffer.from("httpsCallable")]));
    put("closed/inner.ts", call("hidden"));
    put("dist/built.js", call("built"));
    put("node_modules/x/index.js", call("installed"));
    put(".gitignore", "ignored/\n*.gen.ts\n!kept.gen.ts\n");
    put("ignored/a.ts", call("ignoredOne"));
    put("made.gen.ts", call("ignoredTwo"));
    put("kept.gen.ts", call("kept"));
    put("package.json", "{}");
    put("src/a.ts", call("source"));
    symlinkSync("..", join(root, "src/loop"));
    symlinkSync("nowhere", join(root, "src/dangling.ts"));
    chmodSync(join(root, "closed"), 0);
    const seen = await look();
    chmodSync(join(root, "closed"), 0o755);
    const asRoot = process.getuid?.() === 0;
    expect(seen.calls).toEqual([
      ...(asRoot ? ["closed/inner.ts:2:1 hidden europe-west1"] : []),
      "kept.gen.ts:2:1 kept europe-west1",
      "long.ts:3:1 besideLongLine europe-west1",
      "src/a.ts:2:1 source europe-west1",
    ]);
    expect(seen.unresolved).toEqual([
      "bundle.js it is 2.6 MiB, more than source that a person writes, so calls inside it were not looked for",
      "vendor.min.js it is minified code, so calls inside it were not looked for",
    ]);
    expect(seen.gaps).toEqual(asRoot ? [] : ["closed permission denied"]);
  });

  it("believes only env files that are committed", async () => {
    put(".env", "VITE_REGION=europe-west1\n");
    put("src/a.ts", call("a").replace('"europe-west1"', 'import.meta.env.VITE_REGION ?? "europe-west9"'));
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...words], {
        cwd: root,
        stdio: "ignore",
      });
    git("init", "-q");
    git("add", "-A");
    put(".env.production.local", "VITE_REGION=europe-west3\n");
    expect((await look()).calls).toEqual(["src/a.ts:2:1 a europe-west1"]);
    git("add", "-f", ".env.production.local");
    expect((await look()).calls).toEqual(["src/a.ts:2:1 a europe-west3"]);
    git("rm", "-q", "--cached", ".env", ".env.production.local");
    expect((await look()).calls).toEqual(["src/a.ts:2:1 a europe-west9"]);
  });

  it("survives expressions nested as deep as no person writes", async () => {
    const sdk = 'import { getFunctions, httpsCallable } from "firebase/functions";\n';
    const start = (name: string): string => `${call(name)}export const x = `;
    put(
      "deep.ts",
      `${call("fine")}httpsCallable(getFunctions(undefined, "europe-west1"), ${'"y" +\n'.repeat(400)}"z");\n`,
    );
    put("brackets.ts", `${start("a")}${"(\n".repeat(100_000)}1${")\n".repeat(100_000)}`);
    put("open.ts", `${start("b")}${"[\n".repeat(100_000)}`);
    put("plus.ts", `${start("c")}${"a +\n".repeat(100_000)}1`);
    put("members.ts", `${start("d")}a${"\n.b".repeat(100_000)}`);
    put("not.ts", `${start("e")}${"!\n".repeat(100_000)}1`);
    put("else.ts", `${call("f")}${"if (a) {}\nelse ".repeat(100_000)}{}`);
    put("long.ts", `${call("long")}${"a.b().c()\nd = e + f\n".repeat(5_000)}`);
    put(
      "calls.ts",
      `${sdk}const f = (n: string): string => f(n + n);\nhttpsCallable(getFunctions(undefined, f("europe-west1")), "loops");\n`,
    );
    const seen = await look();
    expect(seen.calls).toEqual(["deep.ts:2:1 fine europe-west1", "long.ts:2:1 long europe-west1"]);
    expect(seen.unresolved).toEqual([
      "calls.ts the region cannot be told: the calls are nested too deeply to follow",
      "deep.ts the function's name cannot be told: the expression is nested too deeply to follow",
    ]);
    const tooDeep = ["brackets", "else", "members", "not", "open", "plus"];
    expect(seen.gaps).toEqual(
      tooDeep.map((name) => `${name}.ts line 1: it cannot be parsed: it is nested more than 1500 levels deep`),
    );
  });
});

describe("layout of a checkout without a manifest", () => {
  it("finds codebases, front ends and projects", async () => {
    put(
      "firebase.json",
      '{ /* two */ "functions": [{ "source": "fns/core", "codebase": "core" }, "fns/more"], "hosting": {} }',
    );
    put(".firebaserc", '{ "projects": { "default": "acme-prod", "staging": "acme-staging" } }');
    put("fns/core/package.json", '{ "dependencies": { "firebase": "11" } }');
    put("web/package.json", '{ "dependencies": { "firebase": "11" } }');
    put("admin/web/package.json", '{ "devDependencies": { "@angular/fire": "19" } }');
    put("broken/package.json", "{ not json");
    expect(findLayout(await Project.open(root))).toEqual({
      codebases: [
        { name: "core", source: "fns/core" },
        { name: "default", source: "fns/more" },
      ],
      webRoots: [
        { name: "web", folder: "web" },
        { name: "web-2", folder: "admin/web" },
      ],
      projects: ["acme-prod", "acme-staging"],
      firebaseJson: ["firebase.json"],
    });
  });
});

describe("any input", () => {
  const fixtures = join(import.meta.dirname, "fixtures");
  const all = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:[cm]?[jt]sx?|vue|svelte|astro|html|json)$|\.env/.test(file))
    .map((file) => ({
      file: relative(fixtures, join(fixtures, file)),
      text: readFileSync(join(fixtures, file), "utf8"),
    }));
  const pieces = [
    "${",
    "`",
    "?.",
    "...",
    "=>",
    "({",
    "await ",
    "import(",
    "\u0000",
    "\ud800",
    "<script>",
    "/*",
    "function f(){return f()}",
    "class A extends A {}",
    "export * from './index';",
    "let ",
    "= ",
    ",",
    ")",
    "enum E { A = E.A }",
  ];

  it("gives rows, unresolved sites or gaps for mutated sources, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...all),
        fc.array(
          fc.record({
            at: fc.double({ min: 0, max: 1, noNaN: true }),
            cut: fc.nat(40),
            put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async ({ file, text }, edits) => {
          const [fixture = "", ...rest] = file.split("/");
          let changed = text;
          for (const { at, cut, put: piece } of edits) {
            const from = Math.floor(at * changed.length);
            changed = changed.slice(0, from) + piece + changed.slice(from + cut);
          }
          for (const other of all) {
            if (other.file.startsWith(`${fixture}/`)) put(other.file.slice(fixture.length + 1), other.text);
          }
          put(rest.join("/"), changed);
          const callers = await readCallers({ root, projectId: null, owners: [] });
          const declared = await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
          findLayout(await Project.open(root));
          for (const row of callers.facts.callers) expect(row.targets.length).toBeGreaterThan(0);
          for (const row of [...callers.facts.unresolved, ...declared.facts.unresolved])
            expect(row.reason).not.toBe("");
          rmSync(root, { recursive: true, force: true });
          mkdirSync(root);
        },
      ),
      { numRuns: 300, seed: 20261122 },
    );
  });
});
