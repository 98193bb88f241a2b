import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runBuild } from "../../src/cli/wire/fleet/build.ts";
import { filesToDeploy } from "../../src/cli/wire/fleet/files.ts";
import { readFleet } from "../../src/cli/wire/fleet/input.ts";
import { firebaseEntry, runtimeOfPackage, valuesToDeploy, workspaceLock } from "../../src/cli/wire/fleet/settings.ts";
import { createGoogle } from "../../src/clients/google.ts";
import type { InputError } from "../../src/model/problem.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { manifestOf } from "../stacks/fleet.ts";
import { everyKindSeed, everyKindText } from "../stacks/room.ts";
import { everyKind } from "../stacks/wire.ts";
import { run } from "./run.ts";

const { signal } = new AbortController();
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "regions-fleet-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe("files of a codebase that are deployed", () => {
  const names = (ignore: readonly string[] = []) => {
    const { files, problems } = filesToDeploy(root, ignore);
    return { files: files.map(({ path }) => path), problems };
  };

  it("are all but packages, secrets and what ignore files name; a .gitignore says nothing", () => {
    write({
      ".gitignore": "lib/\n",
      ".env": "KEY=value\n",
      ".env.acme-prod": "KEY=other\n",
      "package.json": "{}",
      "lib/index.js": "",
      "lib/index.test.js": "",
      "node_modules/left/index.js": "",
      "src/index.ts": "",
      "notes/plan.md": "",
      "notes/keep.md": "",
    });
    expect(names()).toEqual({
      files: [
        ".gitignore",
        "lib/index.js",
        "lib/index.test.js",
        "notes/keep.md",
        "notes/plan.md",
        "package.json",
        "src/index.ts",
      ],
      problems: [],
    });
    write({ ".gcloudignore": "#!include:more.ignore\nsrc/\n", "more.ignore": "notes/*\n!notes/keep.md\n" });
    expect(names(["**/*.test.js", ".gitignore"]).files).toEqual([
      "lib/index.js",
      "more.ignore",
      "notes/keep.md",
      "package.json",
    ]);
  });

  it("follow a link to a file, and no link that leads nowhere or to a folder", () => {
    write({ "package.json": "{}", "elsewhere/text.txt": "text", "lib/index.js": "" });
    symlinkSync(join(root, "elsewhere/text.txt"), join(root, "lib/text.txt"));
    symlinkSync(join(root, "elsewhere"), join(root, "lib/folder"), "junction");
    symlinkSync(join(root, "nowhere"), join(root, "lib/nothing"));
    expect(names()).toEqual({
      files: ["elsewhere/text.txt", "lib/index.js", "lib/text.txt", "package.json"],
      problems: ["folder", "nothing"].map(
        (name) =>
          `lib/${name} is no file and no folder: name it in .gcloudignore, or replace the link by what it shows`,
      ),
    });
  });
});

describe("settings of a codebase", () => {
  it("come from firebase.json, the package and env files of the project or its alias", () => {
    write({
      "firebase.json": `{ // with comments, as the CLI reads it
        "functions": [
          { "source": "api", "codebase": "api", "prefix": "v2", "runtime": "nodejs24", "ignore": ["*.md"] },
          { "source": "other", "codebase": "other" }
        ] }`,
      ".firebaserc": '{ "projects": { "prod": "acme-prod", "staging": "acme-staging" } }',
      "api/package.json": '{ "engines": { "node": ">=22" } }',
      "api/.env": "SHARED=one\nSTAGE=none # nobody's\n",
      "api/.env.prod": 'STAGE="production"\n',
      "api/.env.local": "STAGE=emulator\n",
    });
    expect(firebaseEntry(root, "api", "api")).toEqual({ prefix: "v2", runtime: "nodejs24", ignore: ["*.md"] });
    expect(firebaseEntry(root, "functions", "default")).toEqual({ prefix: "", runtime: null, ignore: [] });
    expect(runtimeOfPackage(join(root, "api"))).toBe("nodejs22");
    expect(runtimeOfPackage(root)).toBe(null);
    expect(valuesToDeploy(root, join(root, "api"), "acme-prod")).toEqual({ SHARED: "one", STAGE: "production" });
    expect(valuesToDeploy(root, join(root, "api"), "acme-staging")).toEqual({ SHARED: "one", STAGE: "none" });
  });

  it("find the lock of the workspace that a codebase is a package of, and no other lock", () => {
    write({
      "package-lock.json": '{ "packages": { "": {}, "packages/api": {} } }',
      "packages/api/package.json": "{}",
      "packages/b/package.json": "{}",
    });
    expect(workspaceLock(join(root, "packages/api"))).toMatchObject({
      folder: "packages/api",
      file: "../../package-lock.json",
    });
    expect(workspaceLock(join(root, "packages/b"))).toBe(null);
  });
});

describe("the build of a codebase", () => {
  it("runs in its folder, and shows what it printed where it fails", async () => {
    write({
      "api/ok.cjs": "require('node:fs').writeFileSync('built', '')",
      "api/bad.cjs": "console.log('one'); console.error('two'); process.exit(3)",
    });
    const node = `"${process.execPath}"`;
    expect(await runBuild(`${node} ok.cjs`, join(root, "api"), signal)).toEqual({ reason: null });
    expect(existsSync(join(root, "api/built"))).toBe(true);
    expect(await runBuild(`${node} bad.cjs`, join(root, "api"), signal)).toEqual({
      reason: "it ended with 3:\n    one\n    two",
    });
  });
});

describe("readFleet", () => {
  const modules = join(import.meta.dirname, "../../node_modules");

  async function read(manifestText: string) {
    const sandbox = await startSandbox({ folder: null, seed: everyKindSeed });
    try {
      const google = createGoogle({ endpoint: { base: sandbox.base }, token: async () => sandbox.token });
      return await readFleet({ root, manifest: manifestOf(manifestText), google, patienceMs: 30_000, signal });
    } finally {
      await sandbox.close();
    }
  }

  it("builds, discovers and packs a codebase, and looks where its triggers stand", async () => {
    write({
      "functions/package.json":
        '{ "name": "functions", "type": "module", "main": "lib/index.js", "engines": { "node": "22" } }',
      "functions/src.js": everyKind,
      "functions/build.cjs":
        "const fs = require('node:fs'); fs.mkdirSync('lib', { recursive: true }); fs.copyFileSync('src.js', 'lib/index.js')",
      "functions/.env.demo-regions": "ZONE=Europe/Berlin\n",
    });
    symlinkSync(modules, join(root, "node_modules"), "junction");
    const text = everyKindText.replace("{ source: functions }", "{ source: functions, build: node build.cjs }");
    const { input, notes } = await read(text);
    expect(notes).toEqual([
      "codebase default has no lock file: Google chooses the versions of its packages at each build",
    ]);
    const codebase = input.codebases.get("default");
    expect(codebase?.archive.file).toBe(
      join(root, `.regions/sandbox/archives/default-${codebase?.archive.sha256}.zip`),
    );
    expect(existsSync(codebase?.archive.file ?? "")).toBe(true);
    expect(codebase?.runtime).toBe("nodejs22");
    expect(codebase?.endpoints.variables).toEqual({ WEBHOOK_CONCURRENCY: "20", ZONE: "Europe/Berlin" });
    expect([...input.places.databases]).toEqual([["(default)", "eur3"]]);
    expect([...input.places.buckets]).toEqual([["acme-photos", "europe-west1"]]);
    expect(planFleet(input).copies.length).toBe(13);
    const archives = join(root, ".regions/sandbox/archives");
    const older = ["a".repeat(64), "b".repeat(64)].map((hash) => join(archives, `default-${hash}.zip`));
    for (const file of older) writeFileSync(file, "");
    utimesSync(older[0] ?? "", new Date(0), new Date(0));
    const again = await read(text);
    expect(older.map((file) => existsSync(file))).toEqual([false, true]);
    expect(again.input.codebases.get("default")?.archive).toEqual(codebase?.archive);
  });

  it("tells for every codebase at once what keeps it from being deployed", async () => {
    write({
      "functions/package.json": '{ "main": "lib/index.js" }',
      "broken/package.json": '{ "main": "index.js" }',
      "broken/index.js": "throw new Error('no database today')",
    });
    symlinkSync(modules, join(root, "node_modules"), "junction");
    const text = everyKindText
      .replace(
        "  default: { source: functions }",
        "  default: { source: functions }\n  broken: { source: broken }\n  failing: { source: functions, build: exit 7 }",
      )
      .replace("  internal: core", "  internal: { class: core, codebase: broken }")
      .replace("  heard: core", "  heard: { class: core, codebase: failing }");
    const told = await read(text).then(
      () => [],
      (error: InputError) => error.problems.map(({ place, message }) => `${place?.line} ${message}`),
    );
    expect(told).toEqual([
      "11 Codebase default cannot be deployed: functions is not built (lib/index.js is not there): build it first.",
      "12 Codebase broken cannot be deployed: its code fails when it is loaded: no database today.",
      "13 Codebase failing cannot be deployed: its build `exit 7` failed: it ended with 7.",
    ]);
  });
});

it("a reset of the sandbox forgets what was deployed into it, and nothing else", async () => {
  write({
    "regions.yaml": `version: 1
environments:
  local: { project: demo-regions, endpoint: sandbox }
  production: { project: acme-prod }
regions: { europe-west1: {} }
`,
    ".regions/local/state/one": "",
    ".regions/local/archives/one": "",
    ".regions/production/state/one": "",
  });
  expect((await run(["sandbox", "reset"], { cwd: root })).code).toBe(0);
  expect(existsSync(join(root, ".regions/local/state"))).toBe(false);
  expect(existsSync(join(root, ".regions/local/archives"))).toBe(false);
  expect(existsSync(join(root, ".regions/production/state/one"))).toBe(true);
});
