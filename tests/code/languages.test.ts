import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { readDeclared } from "../../src/sources/declared/read.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-languages-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

async function look() {
  const { facts, gaps } = await readCallers({ root, projectId: null, owners: [] });
  return {
    calls: facts.callers.map((row) => `${row.file}:${row.line}:${row.column} ${row.targets[0]?.function}`),
    unresolved: facts.unresolved.map((row) => `${row.file}:${row.line} ${row.reason}`),
    gaps: gaps.map((gap) => `${gap.scope} ${gap.reason}`),
  };
}

it("tells of code that cannot be parsed where a call may stand in it, and reads what stands around it", async () => {
  put(
    "lib/broken.dart",
    [
      "void fine() => FirebaseFunctions.instance.httpsCallable('before').call();",
      "<<<<<<< HEAD",
      "class Api { void a( { FirebaseFunctions.instance.httpsCallable('inside'; ) }",
      "",
    ].join("\n"),
  );
  const { calls, unresolved, gaps } = await look();
  expect(calls).toEqual(["lib/broken.dart:1:16 before"]);
  expect(unresolved).toEqual(["lib/broken.dart:3 the code around it cannot be parsed"]);
  expect(gaps).toEqual([]);
});

it("counts columns in UTF-16 units behind characters of any width", async () => {
  put("a.kt", 'val x = "😀é"; val y = Firebase.functions.getHttpsCallable("wide")\n');
  put("b.py", 's = "é😀"; r = requests.get("https://europe-west1-acme-prod.cloudfunctions.net/wide")\n');
  expect((await look()).calls).toEqual(["a.kt:1:24 wide", "b.py:1:29 wide"]);
});

it("names files that are too large, minified or nested too deeply", async () => {
  const call = "final c = FirebaseFunctions.instance.httpsCallable('c');\n";
  put("large.dart", `${call}${"// padding\n".repeat(500_000)}`);
  put("deep.dart", `${call}final x = ${"(".repeat(20_000)}1${")".repeat(20_000)};\n`);
  put("plus.kt", `val c = Firebase.functions.getHttpsCallable("c")\nval x = ${"1 +\n".repeat(20_000)}1\n`);
  put("chain.swift", `let c = Functions.functions().httpsCallable("c")\nlet x = a${".b()".repeat(20_000)}\n`);
  const seen = await look();
  expect(seen.calls).toEqual([]);
  expect(seen.unresolved).toEqual(
    [
      "large.dart:1 it is 5.2 MiB, more than source that a person writes, so calls inside it were not looked for",
      "deep.dart:1 it is minified code, so calls inside it were not looked for",
      "chain.swift:1 it is minified code, so calls inside it were not looked for",
    ].sort(),
  );
  expect(seen.gaps).toEqual(["plus.kt line 1: it cannot be parsed: it is nested more than 900 levels deep"]);
});

it("reads mutated sources of every language to rows, unresolved sites or gaps, and never throws", async () => {
  const fixtures = join(import.meta.dirname, "fixtures");
  const names = [
    "flutter-app",
    "android-app",
    "android-java",
    "ios-app",
    "unity-game",
    "python-server",
    "python-codebase",
  ];
  const all = names.flatMap((name) =>
    readdirSync(join(fixtures, name), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(?:dart|kt|java|swift|cs|py)$/.test(file))
      .map((file) => ({ name, file, text: readFileSync(join(fixtures, name, file), "utf8") })),
  );
  const pieces = [
    "${",
    '"""',
    "{",
    ")",
    "=>",
    "class A extends A {}",
    "import ",
    "@",
    "'",
    "\\(",
    "# ",
    "/*",
    "\u0000",
    "..",
    "lambda",
    "enum E {",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...all),
      fc.array(
        fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(40), put: fc.constantFrom(...pieces) }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
      async ({ name, file, text }, edits) => {
        let changed = text;
        for (const { at, cut, put: piece } of edits) {
          const from = Math.floor(at * changed.length);
          changed = changed.slice(0, from) + piece + changed.slice(from + cut);
        }
        for (const other of all) if (other.name === name) put(other.file, other.text);
        put(file, changed);
        const callers = await readCallers({ root, projectId: null, owners: [] });
        const declared = await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
        for (const row of callers.facts.callers) expect(row.targets.length).toBeGreaterThan(0);
        for (const row of [...callers.facts.unresolved, ...declared.facts.unresolved]) expect(row.reason).not.toBe("");
        rmSync(root, { recursive: true, force: true });
        mkdirSync(root);
      },
    ),
    { numRuns: 40, seed: 20261122 },
  );
});
