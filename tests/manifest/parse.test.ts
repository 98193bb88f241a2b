import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseManifest } from "../../src/manifest/parse.ts";
import { resolveManifest } from "../../src/manifest/resolve.ts";
import { textOfProblems } from "./text-of-problems.ts";

const marketplace = readFileSync(join(import.meta.dirname, "fixtures/ok/marketplace.yaml"), "utf8");
const head = `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1 }, payments: { region: europe-west3 } }
`;
const complaints = (text: string, includes: Record<string, string> = {}) =>
  textOfProblems(() => parseManifest(text, "regions.yaml", (path) => includes[path] ?? null));

describe("parseManifest", () => {
  it("reads the full example, with CRLF and a byte order mark to the same values and places", () => {
    const plain = resolveManifest(parseManifest(marketplace, "regions.yaml"), null);
    const windows = `\uFEFF${marketplace.replaceAll("\n", "\r\n")}`;
    expect(resolveManifest(parseManifest(windows, "regions.yaml"), null)).toEqual(plain);
    expect(plain.functions.size).toBe(9);
  });

  it("treats names of Object.prototype as ordinary functions", () => {
    const text = `${head}functions: { constructor: core, toString: payments, valueOf: { class: core } }\n`;
    const { functions } = resolveManifest(parseManifest(text, "regions.yaml"), null);
    expect([...functions].map(([name, entry]) => [name, entry.class, entry.regions])).toEqual([
      ["constructor", "core", ["europe-west1"]],
      ["toString", "payments", ["europe-west3"]],
      ["valueOf", "core", ["europe-west1"]],
    ]);
  });

  it("reads keys as text whatever they look like", () => {
    const text = `${head}functions: { null: core, 123: core, yes: core, 1e3: core, 0x10: core, true: core }\n`;
    const { functions } = parseManifest(text, "regions.yaml");
    expect([...functions.keys()].sort()).toEqual(["0x10", "123", "1e3", "null", "true", "yes"]);
  });

  it("follows aliases", () => {
    const text = `${head}functions:\n  a: &it { class: core, memory: 1Gi }\n  b: *it\n`;
    const manifest = resolveManifest(parseManifest(text, "regions.yaml"), null);
    expect(manifest.functions.get("b")).toMatchObject({
      class: "core",
      memoryMiB: 1024,
      place: { line: 7, column: 3 },
    });
  });

  it("refuses aliases that would multiply the file", () => {
    const edges = "    - { from: x, to: y, via: note }\n".repeat(2000);
    const copies = Array.from({ length: 2000 }, (_, index) => `  f${index}: *edges\n`).join("");
    expect(complaints(`${head}flows:\n  f: &edges\n${edges}${copies}`)).toMatch(
      /Aliases repeat too much of this file\./,
    );
    const doubling = Array.from(
      { length: 40 },
      (_, index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`,
    );
    expect(complaints(`a0: &a0 [x, x]\n${doubling.join("")}`)).toMatch(/Aliases repeat too much of this file\./);
  });

  it("refuses a file far too large before it reads it", () => {
    const text = `${head}functions:\n${"  someFunction: core\n".repeat(2_600_000)}`;
    expect(text.length).toBeGreaterThan(50_000_000);
    expect(complaints(text)).toBe(
      "regions.yaml:1:1: The file is too large for a manifest: 54.6 million characters.\n" +
        "  check that it is the file that is meant; 5 million are the most\n",
    );
    expect(complaints(`x: [${"1,".repeat(1_100_000)}]`)).toMatch(/too large for a manifest: 2\.2 million/);
  });

  it.each([
    ["[", 100_000],
    ["- ", 50_000],
    ["{a: ", 20_000],
    ["? ", 20_000],
    ['"', 50_001],
    ["&a ", 20_000],
    ["*a ", 5_000],
    ["a: b: ", 5_000],
  ])("survives %j many times over", (piece, times) => {
    expect(complaints(piece.repeat(times))).toMatch(/^regions\.yaml:\d+:\d+: /);
  });

  it("tells UTF-16 and other bytes that are no UTF-8 from YAML", () => {
    const utf16 = Buffer.from(`\uFEFF${head}`, "utf16le").toString("utf8");
    expect(complaints(utf16)).toMatch(/not UTF-8 text; it looks like UTF-16 or a binary file\.\n {2}save it as UTF-8/);
    const latin = Buffer.from(`${head}# caf\u00e9\n`, "latin1").toString("utf8");
    expect(complaints(latin)).toBe(
      "regions.yaml:5:6: The file is not UTF-8 text: some bytes have no meaning in it.\n  save it as UTF-8\n",
    );
  });

  it("says every problem of ten thousand lines, and looks for what was meant only in the first", () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `  someFunction${index}: cor\n`).join("");
    const edges = Array.from(
      { length: 5000 },
      (_, index) => `  - { from: app:X, to: someFunctoin${index}, via: callable }\n`,
    );
    const said = complaints(
      `${head}callers: { app: { root: app } }\nfunctions:\n${lines}flows:\n  all:\n${edges.join("")}`,
    );
    expect(said.match(/class "cor" is not declared/g)).toHaveLength(5000);
    expect(said.match(/function "someFunctoin\d+" is not declared/g)).toHaveLength(5000);
    expect(said.match(/did you mean someFunction/g)?.length).toBeLessThan(100);
  });
});

describe("include", () => {
  const main = `${head}include: [teams/pay.yaml, ./teams/core.yaml]\nfunctions: { a: core }\n`;

  it("joins files of teams, each entry with its own place", () => {
    const asked: string[] = [];
    const parsed = parseManifest(main, "fleet/regions.yaml", (path) => {
      asked.push(path);
      return path.endsWith("pay.yaml")
        ? "# payments\nfunctions:\n  pay: payments\nignore:\n  - { rule: undecided, reason: known }\n"
        : "functions: { b: core }\nflows: { f: [{ from: a, to: pay, via: task }] }\n";
    });
    expect(asked).toEqual(["fleet/teams/pay.yaml", "fleet/teams/core.yaml"]);
    const manifest = resolveManifest(parsed, null);
    expect([...manifest.functions.values()].map(({ name, place }) => [name, place])).toEqual([
      ["a", { file: "fleet/regions.yaml", line: 6, column: 14 }],
      ["pay", { file: "fleet/teams/pay.yaml", line: 3, column: 3 }],
      ["b", { file: "fleet/teams/core.yaml", line: 1, column: 14 }],
    ]);
    expect(manifest.ignores[0]?.place).toEqual({ file: "fleet/teams/pay.yaml", line: 5, column: 5 });
    expect(manifest.flows.get("f")?.edges[0]?.place.file).toBe("fleet/teams/core.yaml");
  });

  it("says the problems of all files, in reading order", () => {
    const said = complaints(main.replace("a: core", "a: cor"), {
      "teams/pay.yaml": "version: 1\nenvironments: {}\nfunctions: { a: payments }\n",
      "teams/core.yaml": "functions: { b: core, b: core }\n",
    });
    expect(said).toBe(`regions.yaml:6:17: functions.a: class "cor" is not declared under classes.
6 | functions: { a: cor }
  |                 ^
  did you mean core?
teams/pay.yaml:2:1: unknown key "environments".
2 | environments: {}
  | ^
  known here: version, regions, classes, codebases, functions, callers, flows, ignore, checks
teams/pay.yaml:3:14: functions: "a" is written in two files; the other is regions.yaml:6.
3 | functions: { a: payments }
  |              ^
  keep one of the two
teams/core.yaml:1:23: "b" is written twice in the same map.
1 | functions: { b: core, b: core }
  |                       ^
  keep one of the two; the first is on line 1
`);
  });

  it("refuses a file named twice", () => {
    const said = complaints(`${head}include: [a.yaml, ./a.yaml]\n`, { "a.yaml": "functions: {}\n" });
    expect(said).toMatch(/^regions\.yaml:5:19: \.\/a\.yaml is included already\./);
  });
});
