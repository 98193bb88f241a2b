import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readCallers } from "../../src/sources/callers/read.ts";
import { readDeclared } from "../../src/sources/declared/read.ts";

/* Source that would take a careless reader hours, or all memory. Each of these hung or took minutes once, or would. */

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-excess-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const head = `import { getFunctions, httpsCallable } from "firebase/functions";
const fns = getFunctions(undefined, "europe-west1");
`;
const call = (name: string) => `httpsCallable(fns, ${name});\n`;
const lines = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join("");

async function look() {
  const { facts, gaps } = await readCallers({ root, projectId: null, owners: [] });
  return {
    calls: facts.callers.map((row) => row.targets.map((target) => target.function).join(" ")),
    unresolved: facts.unresolved.map((row) => row.reason),
    gaps: gaps.map((gap) => gap.reason),
  };
}

const name = "the function's name cannot be told: ";
const tooLong = "the text grows past 4096 characters";
const tooMany = "it has more than 64 possible values";
const tooManySteps = "the expression takes too many steps to follow";

it.each([
  [
    "a text that doubles",
    `const x0 = "ab";\n${lines(60, (at) => `const x${at + 1} = x${at} + x${at};\n`)}`,
    "x60",
    tooLong,
  ],
  [
    "conditions upon conditions",
    "",
    lines(40, (at) => `${at > 0 ? "+" : ""}(globalThis.f${at} ? "a" : "b")\n`),
    tooMany,
  ],
  [
    "calls that fan out",
    `const f = (n: number): string => (n > 0 ? f(n - 1) + f(n - 1) + f(n - 1) : "a");\n`,
    "f(20)",
    tooManySteps,
  ],
  [
    "getters that name each other",
    "const o = { get a() { return o.b; }, get b() { return o.a; } };\n",
    "o.a",
    "the calls are nested too deeply to follow",
  ],
  ["a text repeated a thousand million times", "", `"a".repeat(1e9)`, ".repeat() is only known when the program runs"],
  [
    "a text padded beyond all memory",
    "",
    `"a".padStart(2 ** 30, "b")`,
    ".padStart() is only known when the program runs",
  ],
  [
    "a pattern that repeats repeats",
    "",
    `"${"a".repeat(200)}!".replace(/(a+)+$/, "x")`,
    ".replace() is only known when the program runs",
  ],
  [
    "a pattern of many repeats",
    "",
    `"${"a".repeat(200)}!".replace(/a*a*a*a*b/, "x")`,
    ".replace() is only known when the program runs",
  ],
  [
    "a pattern of many choices",
    "",
    `"${"a".repeat(200)}".replace(/${"a?".repeat(40)}b/, "x")`,
    ".replace() is only known when the program runs",
  ],
])("cuts %s, and says why", async (_, before, expression, reason) => {
  put("a.ts", `${head}${before}${call(expression)}${call('"beside"')}`);
  const { calls, unresolved, gaps } = await look();
  expect(calls).toEqual(["beside"]);
  expect(unresolved).toHaveLength(1);
  expect(unresolved[0]?.split("; ")[0]).toBe(name + reason);
  expect(gaps).toEqual([]);
});

it("reads large tables, and long lists of statements, in the time that their size asks for", async () => {
  put(
    "table.ts",
    `${head}const table = {\n${lines(50_000, (at) => `k${at}: "f${at}",\n`)}};\n${call("table.k49999")}${call("Object.values(table)[7]!")}`,
  );
  put("steps.ts", `${head}let x = "a";\n${lines(2_000, (at) => `x = "b${at}";\n${call("x")}`)}`);
  const { calls, unresolved, gaps } = await look();
  expect(calls.slice(0, 3)).toEqual(["b0", "b1", "b2"]);
  expect(calls).toHaveLength(2_002);
  expect(calls.slice(-2)).toEqual(["f49999", "f7"]);
  expect({ unresolved, gaps }).toEqual({ unresolved: [], gaps: [] });
});

it("reads a codebase that exports 20,000 functions from one file", async () => {
  put("functions/package.json", '{ "main": "index.js", "type": "module" }');
  put(
    "functions/index.js",
    `import { onCall } from "firebase-functions/v2/https";\n${lines(20_000, (at) => `export const f${at} = onCall({ region: "europe-west1" }, () => 1);\n`)}`,
  );
  const { facts, gaps } = await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
  expect(facts.functions).toHaveLength(20_000);
  expect(new Set(facts.functions.flatMap(({ regions }) => regions))).toEqual(new Set(["europe-west1"]));
  expect(gaps).toEqual([]);
});

it("follows re-exports that go round in circles to their end", async () => {
  for (const at of Array.from({ length: 60 }, (_, index) => index))
    put(
      `m${at}.ts`,
      lines(60, (other) => `export * from "./m${other}";\n`),
    );
  put("main.ts", `import { nowhere } from "./m0";\n${head}${call("nowhere")}`);
  expect(await look()).toEqual({ calls: [], unresolved: [`${name}m0.ts exports no "nowhere"`], gaps: [] });
});
