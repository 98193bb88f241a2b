import { describe, expect, it } from "vitest";
import { treeOf } from "../declared/tree.ts";
import { run } from "./run.ts";

const packageJson = '{ "main": "index.js", "dependencies": { "firebase-functions": "^7.0.0" } }';
const source = (region: string) =>
  `exports.pay = require("firebase-functions/v2/https").onCall({ region: "${region}" }, () => 1);\n`;

describe("regions list declared", () => {
  it("reads the folders that --source names, on a checkout that nothing else describes", async () => {
    const root = treeOf({
      "one/package.json": packageJson,
      "one/index.js": source("europe-west1"),
      "two/package.json": packageJson,
      "two/index.js": source("europe-west3"),
    });
    const named = ["--root", root, "--source", "one", "--source", "./two/", "--format", "json"];
    const { code, stdout } = await run(["list", "declared", ...named], { cwd: root });
    const rows = (JSON.parse(stdout) as { functions: { name: string; codebase: string; regions: string[] }[] })
      .functions;
    expect(rows.map((row) => `${row.codebase} ${row.name} ${row.regions.join()}`)).toEqual([
      "one pay europe-west1",
      "two pay europe-west3",
    ]);
    expect(code).toBe(0);
  });

  it("names every folder of --source that is none", async () => {
    const root = treeOf({ "one/package.json": packageJson });
    const named = ["--root", root, "--source", "no", "--source", ".."];
    const { code, stderr } = await run(["list", "declared", ...named], { cwd: root });
    expect(stderr.replaceAll(root, "ROOT")).toBe(
      "--source no is no folder of ROOT.\n  It is taken relative to --root.\n--source .. lies outside ROOT.\n  Choose a --root above it.\n",
    );
    expect(code).toBe(2);
  });

  it("ends with a gap where discovery was asked for and cannot be run", async () => {
    const root = treeOf({ "one/package.json": packageJson, "one/index.js": source("europe-west1") });
    const { code, stdout } = await run(["list", "declared", "--root", root, "--source", "one", "--discover"], {
      cwd: root,
    });
    expect(stdout).toContain("discovery (codebase one): firebase-functions is not installed for one: run `npm");
    expect(code).toBe(3);
  });

  it.each([
    [["list", "callers", "--source", "x"], "--source says nothing about callers."],
    [["list", "callers", "--discover"], "--discover says nothing about callers."],
    [
      ["audit", "--sources", "callers", "--discover"],
      "--discover needs the declared functions, which --sources leaves out.",
    ],
    [
      ["audit", "--snapshot", "x.json", "--discover"],
      "--discover runs the code that is here, and --snapshot works from a file.",
    ],
  ])("refuses %j", async (words, message) => {
    const root = treeOf({ "functions/package.json": packageJson });
    const { code, stderr } = await run(words, { cwd: root });
    expect(stderr.split("\n")[0]).toBe(message);
    expect(code).toBe(2);
  });

  it("takes the time limit from the variable of the Firebase CLI", async () => {
    const root = treeOf({ "functions/package.json": packageJson, "functions/index.js": source("europe-west1") });
    const words = ["list", "declared", "--source", "functions", "--discover"];
    const { code, stderr } = await run(words, { cwd: root, env: { FUNCTIONS_DISCOVERY_TIMEOUT: "soon" } });
    expect(stderr.split("\n")[0]).toBe('FUNCTIONS_DISCOVERY_TIMEOUT is "soon", which is no time limit.');
    expect(code).toBe(2);
  });
});
