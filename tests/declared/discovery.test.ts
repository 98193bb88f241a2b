import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { readDeclared } from "../../src/sources/declared/read.ts";
import { treeOf } from "./tree.ts";

const repository = join(import.meta.dirname, "../..");
const fixtures = join(repository, "tests/code/fixtures");
const patient = { patienceMs: 60_000, signal: new AbortController().signal };

/** A codebase that has the repository's own firebase-functions installed. */
function codebase(files: Readonly<Record<string, string>>, packageJson: object = {}): string {
  const root = treeOf({
    "functions/package.json": JSON.stringify({
      main: "index.js",
      dependencies: { "firebase-functions": "^7.0.0" },
      ...packageJson,
    }),
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [`functions/${file}`, text])),
  });
  symlinkSync(join(repository, "node_modules"), join(root, "functions/node_modules"), "junction");
  return root;
}

async function discovered(root: string, run = patient) {
  const { facts, gaps } = await readDeclared({
    root,
    codebases: [{ name: "default", source: "functions" }],
    discover: run,
  });
  return {
    functions: facts.functions.map(
      (row) =>
        `${row.name} gen${row.generation} ${row.trigger} [${row.regions.join(", ")}] ${row.certain ? "certain" : "likely"} ${row.regionSource} ${row.file}:${row.line}`,
    ),
    unresolved: facts.unresolved.map(({ reason }) => reason),
    differences: (facts.discovery?.differences ?? []).map(
      (one) => `${one.file}:${one.line} ${one.function} ${one.about}: ${one.source} / ${one.discovered}`,
    ),
    compared: facts.discovery?.compared,
    gaps: gaps.map(({ facet, scope, reason }) => `${facet}, ${scope}: ${reason}`),
  };
}

const onCall = 'const { onCall } = require("firebase-functions/v2/https");\n';
const fine = `${onCall}exports.pay = onCall({ region: "europe-west3" }, () => 1);\n`;
const nothingElse = { unresolved: [], differences: [] };

describe("the SDK's own discovery beside the reading of the source", () => {
  it.each([
    "declared-v1-triggers",
    "declared-v2-triggers",
    "declared-shared-options",
    "declared-globals-commonjs",
    "declared-globals-esm",
    "declared-globals-first",
    "declared-dynamic",
    "declared-compiled",
  ])("agrees with the SDK on every function of %s", async (name) => {
    const { functions, ...rest } = await discovered(join(fixtures, name));
    expect(functions.filter((row) => !row.includes(" certain "))).toEqual([]);
    expect(rest).toEqual({ ...nothingElse, compared: functions.length, gaps: [] });
  });

  it("agrees with the SDK on the whole reference fleet", async () => {
    const root = codebase({}, { type: "module", main: "src/index.ts" });
    cpSync(join(repository, "src/functions/src"), join(root, "functions/src"), { recursive: true });
    const { functions, ...rest } = await discovered(root);
    expect(functions.filter((row) => !row.includes(" certain "))).toEqual([]);
    expect(functions.length).toBeGreaterThan(350);
    expect(rest).toEqual({ ...nothingElse, compared: functions.length, gaps: [] });
  });

  it("lets the SDK say what the source leaves open, and reads parameters as the Firebase CLI does", async () => {
    const root = codebase({
      ".env": "OTHER_REGION=europe-west1\n",
      "index.js": `${onCall}const { defineString } = require("firebase-functions/params");
const other = defineString("OTHER_REGION");
const fallen = defineString("FALLEN_REGION", { default: "europe-west2" });
const open = defineString("OPEN_REGION");
const names = () => JSON.parse('["madeUp"]');
for (const name of names()) exports[name] = onCall({ region: "europe-west9" }, () => name);
exports.worked = onCall({ region: Buffer.from("europe-west4").toString() }, () => 1);
exports.other = onCall({ region: other }, () => 1);
exports.fallen = onCall({ region: fallen }, () => 1);
exports.open = onCall({ region: open }, () => 1);
if (Math.PI > 4) exports.never = onCall(() => 1);
`,
    });
    expect(await discovered(root)).toEqual({
      functions: [
        "madeUp gen2 callable [europe-west9] certain discovered functions/index.js:1",
        "worked gen2 callable [europe-west4] certain discovered functions/index.js:8",
        "other gen2 callable [europe-west1] certain env:OTHER_REGION functions/index.js:9",
        "fallen gen2 callable [europe-west2] likely env-fallback:FALLEN_REGION functions/index.js:10",
        "open gen2 callable [] likely null functions/index.js:11",
      ],
      unresolved: ["the region of open cannot be told: the parameter OPEN_REGION has its value from whoever deploys"],
      differences: [],
      compared: 6,
      gaps: [],
    });
  });

  it("tells each difference between a build and its source", async () => {
    const root = codebase(
      {
        "tsconfig.json": '{ "compilerOptions": { "module": "commonjs", "outDir": "lib", "rootDir": "src" } }',
        "src/index.ts": `import { onCall, onRequest } from "firebase-functions/v2/https";
export const pay = onCall({ region: "europe-west3" }, () => 1);
export const hook = onCall({ region: "europe-west3" }, () => 1);
export const fresh = onCall({ region: "europe-west3" }, () => 1);
export const same = onRequest({ region: ["europe-west1", "europe-west3"] }, () => {});
`,
        "lib/index.js": `const https = require("firebase-functions/v2/https");
exports.pay = https.onCall({ region: "us-central1" }, () => 1);
exports.hook = require("firebase-functions/v1").https.onRequest(() => {});
exports.same = https.onRequest({ region: ["europe-west3", "europe-west1"] }, () => {});
exports.stale = https.onCall(() => 1);
`,
      },
      { main: "lib/index.js" },
    );
    expect(await discovered(root)).toEqual({
      functions: [
        "stale gen2 callable [] likely null functions/src/index.ts:1",
        "pay gen2 callable [europe-west3] likely literal functions/src/index.ts:2",
        "hook gen2 callable [europe-west3] likely literal functions/src/index.ts:3",
        "fresh gen2 callable [europe-west3] likely literal functions/src/index.ts:4",
        "same gen2 https [europe-west1, europe-west3] certain literal functions/src/index.ts:5",
      ],
      unresolved: [],
      differences: [
        "functions/src/index.ts:2 pay regions: europe-west3 / us-central1",
        "functions/src/index.ts:3 hook regions: europe-west3 / no region",
        "functions/src/index.ts:3 hook generation: generation 2 / generation 1",
        "functions/src/index.ts:3 hook trigger: callable / https",
        "functions/src/index.ts:4 fresh existence: a callable function of generation 2 in europe-west3 / null",
        "functions/src/index.ts:1 stale existence: null / a callable function of generation 2 without a region",
      ],
      compared: 5,
      gaps: [],
    });
  });

  it("asks an SDK over HTTP that cannot write its manifest to a file", async () => {
    const root = treeOf({
      "functions/package.json": '{ "main": "index.js", "dependencies": { "firebase-functions": "^7.0.0" } }',
      "functions/index.js": fine,
      "functions/node_modules/firebase-functions/package.json": JSON.stringify({
        name: "firebase-functions",
        bin: { "firebase-functions": "./bin.js" },
      }),
      "functions/node_modules/firebase-functions/bin.js": `require(${JSON.stringify(join(repository, "node_modules/firebase-functions/lib/bin/firebase-functions.js"))});\n`,
      "functions/node_modules/firebase-functions/v2/https.js": `module.exports = require(${JSON.stringify(join(repository, "node_modules/firebase-functions/lib/v2/providers/https.js"))});\n`,
    });
    const { functions, gaps, compared } = await discovered(root);
    expect({ functions, gaps, compared }).toEqual({
      functions: ["pay gen2 callable [europe-west3] certain literal functions/index.js:2"],
      gaps: [],
      compared: 1,
    });
    writeFileSync(join(root, "functions/index.js"), 'throw new Error("no such\\nluck");\n');
    expect((await discovered(root)).gaps).toEqual([
      "discovery, codebase default: its code fails when it is loaded: no such / luck",
    ]);
  });
});

describe("code that is run by discovery", () => {
  const gapOf = async (source: string, run = patient) => (await discovered(codebase({ "index.js": source }), run)).gaps;

  it("is not run unless somebody asks for it", async () => {
    const root = codebase({ "index.js": `require("node:fs").writeFileSync(__dirname + "/ran", "");\n${fine}` });
    await readDeclared({ root, codebases: [{ name: "default", source: "functions" }] });
    expect(existsSync(join(root, "functions/ran"))).toBe(false);
    await discovered(root);
    expect(existsSync(join(root, "functions/ran"))).toBe(true);
  });

  it("gets an environment made from nothing, and a home of its own that is gone afterwards", async () => {
    for (const name of ["GOOGLE_APPLICATION_CREDENTIALS", "AWS_SECRET_ACCESS_KEY", "REGIONS_TEST_SECRET"]) {
      const before = process.env[name];
      process.env[name] = "must not be seen";
      onTestFinished(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    const root = codebase({
      ".env": "STRIPE_MODE=test\nGOOGLE_APPLICATION_CREDENTIALS=/key.json\nNODE_OPTIONS=--inspect\nPORT=1\n",
      "index.js": `require("node:fs").writeFileSync(__dirname + "/env.json", JSON.stringify({ ...process.env, home: require("node:os").homedir() }));\n${fine}`,
    });
    await discovered(root);
    const seen = JSON.parse(readFileSync(join(root, "functions/env.json"), "utf8")) as Record<string, string>;
    expect(Object.keys(seen).sort()).toEqual([
      "CLOUDSDK_CONFIG",
      "FIREBASE_CONFIG",
      "FUNCTIONS_CONTROL_API",
      "FUNCTIONS_MANIFEST_OUTPUT_PATH",
      "GCLOUD_PROJECT",
      "HOME",
      "METADATA_SERVER_DETECTION",
      "NODE_ENV",
      "PATH",
      "STRIPE_MODE",
      "TMPDIR",
      "home",
    ]);
    expect(JSON.parse(seen.FIREBASE_CONFIG ?? "")).toEqual({
      projectId: "demo-regions",
      storageBucket: "demo-regions.firebasestorage.app",
      databaseURL: "https://demo-regions-default-rtdb.firebaseio.com",
    });
    expect(seen.home).toBe(seen.HOME);
    expect(existsSync(seen.HOME ?? "")).toBe(false);
  });

  it("is told as a gap where it throws, with secrets masked and without paths of the machine", async () => {
    expect(await gapOf('const fs = 1;\nthrow new TypeError("key sk_live_4242424242 at " + __dirname);\n')).toEqual([
      "discovery, codebase default: its code fails when it is loaded: key ****************** at .",
    ]);
    expect(await gapOf('require("@acme/not-installed");\n')).toEqual([
      "discovery, codebase default: its code fails when it is loaded: Cannot find module '@acme/not-installed' (run `npm install` there)",
    ]);
    expect((await gapOf("const = 1;\n")).filter((gap) => gap.startsWith("discovery"))).toEqual([
      "discovery, codebase default: its code fails when it is loaded: Unexpected token '=' (index.js:1)",
    ]);
    expect(await gapOf('throw "just a text";\n')).toEqual([
      "discovery, codebase default: its code fails when it is loaded: just a text",
    ]);
  });

  it("is told as a gap where it ends the process", async () => {
    expect(await gapOf(`${fine}process.exit(0);\n`)).toEqual([
      "discovery, codebase default: its code ended the process while it was loaded",
    ]);
    expect(await gapOf(`${fine}process.exit(7);\n`)).toEqual([
      "discovery, codebase default: its code fails when it is loaded: it ended with 7 and said nothing",
    ]);
  });

  it("is ended with all it started where it hangs", async () => {
    const root = codebase({
      "index.js": `const { spawn } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
writeFileSync(__dirname + "/pids.json", JSON.stringify([process.pid, child.pid]));
for (;;);
`,
    });
    expect((await discovered(root, { ...patient, patienceMs: 1_500 })).gaps).toEqual([
      "discovery, codebase default: its code was not loaded within 1.5 s (FUNCTIONS_DISCOVERY_TIMEOUT sets another limit, in seconds)",
    ]);
    const pids = JSON.parse(readFileSync(join(root, "functions/pids.json"), "utf8")) as number[];
    for (const pid of pids) expect(await isGone(pid)).toBe(true);
  });

  it("is ended by an interruption", async () => {
    const root = codebase({
      "index.js": 'require("node:fs").writeFileSync(__dirname + "/pid", String(process.pid));\nfor (;;);\n',
    });
    const controller = new AbortController();
    const run = discovered(root, { ...patient, signal: controller.signal });
    const file = join(root, "functions/pid");
    while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(20);
    controller.abort(new Error("interrupted"));
    await expect(run).rejects.toThrow("interrupted");
    expect(await isGone(Number(readFileSync(file, "utf8")))).toBe(true);
  });

  it("may be as noisy as it likes", async () => {
    const root = codebase({
      "index.js": `for (let round = 0; round < 20000; round++) { console.log("noise ".repeat(20)); console.error("noise ".repeat(20)); }\n${fine}`,
    });
    expect(await discovered(root)).toEqual({
      ...nothingElse,
      functions: ["pay gen2 callable [europe-west3] certain literal functions/index.js:3"],
      compared: 1,
      gaps: [],
    });
  });

  it("reaches nothing but this machine, and listens nowhere else", async () => {
    const server = createServer((_, response) => response.end("near"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const port = (server.address() as { port: number }).port;
    const root = codebase(
      {
        "index.js": `import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcp, connect } from "node:net";
import { onCall } from "firebase-functions/v2/https";
const reach = (url) => fetch(url).then((answer) => answer.text(), (error) => error.cause?.code ?? String(error));
const listen = (server, ...args) => new Promise((resolve) => server.listen(...args, () => resolve(server.address().address)));
const pipe = new Promise((resolve) => connect("/var/run/docker.sock").on("error", (error) => resolve(error.code)));
const seen = {
  near: await reach("http://127.0.0.1:${port}/"),
  far: await reach("http://192.0.2.1/"),
  named: await reach("http://metadata.google.internal/"),
  pipe: await pipe,
  http: await listen(createServer(), 0),
  tcp: await listen(createTcp(), { port: 0, host: "0.0.0.0" }),
};
writeFileSync(new URL("seen.json", import.meta.url), JSON.stringify(seen));
export const pay = onCall({ region: "europe-west3" }, () => 1);
`,
      },
      { type: "module" },
    );
    expect((await discovered(root)).gaps).toEqual([]);
    expect(JSON.parse(readFileSync(join(root, "functions/seen.json"), "utf8"))).toEqual({
      near: "near",
      far: "ENETUNREACH",
      named: "ENETUNREACH",
      pipe: "ENETUNREACH",
      http: "127.0.0.1",
      tcp: "127.0.0.1",
    });
  });
});

describe("a codebase that cannot be run", () => {
  const packageJson = {
    main: "lib/index.js",
    scripts: { build: "tsc" },
    dependencies: { "firebase-functions": "^7.0.0" },
  };

  it.each([
    ["package-lock.json", "npm ci"],
    ["yarn.lock", "yarn install --frozen-lockfile"],
    ["pnpm-lock.yaml", "pnpm install --frozen-lockfile"],
  ])("names the command where nothing is installed beside %s", async (lock, command) => {
    const root = treeOf({ [`functions/${lock}`]: "", "functions/package.json": JSON.stringify(packageJson) });
    expect((await discovered(root)).gaps).toContain(
      `discovery, codebase default: firebase-functions is not installed for functions: run \`${command}\` there`,
    );
  });

  it("says that it is not built", async () => {
    const root = codebase({ "src/index.ts": "export const answer = 42;\n" }, packageJson);
    expect((await discovered(root)).gaps).toEqual([
      "discovery, codebase default: functions is not built (lib/index.js is not there): run `npm run build` there first",
    ]);
  });

  it("says that there is no package", async () => {
    const root = treeOf({ "functions/main.py": "x = 1\n" });
    mkdirSync(join(root, "functions/node_modules"));
    expect((await discovered(root)).gaps).toContain(
      "discovery, codebase default: functions has no package.json that can be read: only codebases of Node are run",
    );
  });
});

async function isGone(pid: number): Promise<boolean> {
  // A killed process is gone once the system has taken note of it.
  for (let round = 0; round < 100; round++) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))) return true;
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}
