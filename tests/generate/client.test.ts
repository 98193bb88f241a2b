import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Place, place } from "./place.ts";

const root = join(import.meta.dirname, "../..");

const manifest = `version: 1
environments: { production: { project: acme-prod } }
regions: { europe-west1: {}, us-central1: {}, europe-west3: {} }
classes:
  core: { region: europe-west1, allow: [us-central1] }
  payments: { region: europe-west3 }
codebases: { default: { source: functions, deployer: firebase } }
functions:
  pay: payments
  search: { class: core, regions: [europe-west1, us-central1] }
  group-send: core
  delete: core
  hook: { class: payments, trigger: https }
  nightly: core
callers:
  web: { root: web, client: { file: src/regions.ts, app: src/app.ts, types: default } }
`;

const codebase = `import { onCall, onRequest, type CallableRequest } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";

export const pay = onCall({ region: "europe-west3" }, async (request: CallableRequest<{ cents: number }>) => {
  return { receipt: \`paid \${request.data.cents}\` };
});
export const search = onCall({ region: ["europe-west1", "us-central1"] }, () => ["one"]);
export const group = { send: onCall({ region: "europe-west1" }, (request: CallableRequest<string>) => request.data.length) };
const remove = onCall({ region: "europe-west1" }, () => true);
export { remove as delete };
export const hook = onRequest({ region: "europe-west3" }, (_, response) => void response.end());
export const nightly = onSchedule({ schedule: "every day 03:00", region: "europe-west1" }, () => undefined);
`;

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: "es2023",
    lib: ["es2023", "dom"],
    module: "esnext",
    moduleResolution: "bundler",
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    verbatimModuleSyntax: true,
    exactOptionalPropertyTypes: true,
    noUnusedLocals: true,
  },
  include: ["src"],
});

const files = {
  "regions.yaml": manifest,
  "functions/package.json": '{ "main": "lib/index.js", "dependencies": { "firebase-functions": "7.4.0" } }',
  "functions/src/index.ts": codebase,
  "web/tsconfig.json": tsconfig,
  "web/src/app.ts":
    'import { initializeApp } from "firebase/app";\n\nexport const app = initializeApp({ projectId: "acme-prod" });\n',
};

let here: Place | null = null;
afterEach(() => here?.remove());

function start(more: Readonly<Record<string, string>> = {}): Place {
  here = place({ ...files, ...more });
  return here;
}

describe("a typed client", () => {
  it("has one function for each callable, bound to its region, with the types of the codebase", async () => {
    const { run, read } = start();
    expect(await run("client")).toEqual({ code: 0, stdout: "web/src/regions.ts: written\n", stderr: "" });
    expect(read("web/src/regions.ts")).toBe(readFileSync(join(import.meta.dirname, "fixtures/client.ts"), "utf8"));
    expect(await run("client", "--check")).toEqual({ code: 0, stdout: "web/src/regions.ts: up to date\n", stderr: "" });
  });

  it("is written as the formatter has it", async () => {
    const { run, folder } = start();
    await run("client");
    const biome = join(root, "node_modules/.bin/biome");
    const text = readFileSync(join(folder, "web/src/regions.ts"), "utf8");
    const checked = spawnSync(biome, ["check", "--write", "--stdin-file-path=examples/web/src/regions.ts"], {
      cwd: root,
      input: text,
      encoding: "utf8",
    });
    expect([checked.stderr, checked.stdout]).toEqual(["", text]);
  });

  it("lets no wrong region and no wrong input be typed", async () => {
    const { run, write, folder } = start();
    await run("client");
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    write(
      "web/src/right.ts",
      `import { deleteFunction, groupSend, pay, search } from "./regions";

export async function right(): Promise<[string, readonly string[], number, boolean]> {
  return [
    (await pay({ cents: 1 })).receipt,
    await search("us-central1", {}),
    await groupSend("all"),
    await deleteFunction(null),
  ];
}
`,
    );
    const check = () =>
      spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "web"], {
        cwd: folder,
        encoding: "utf8",
      }).stdout;
    expect(check()).toBe("");
    write(
      "web/src/wrong.ts",
      `import { pay, search } from "./regions";

search("europe-west3", {});
search({});
pay({ cents: "1" });
pay({ cents: 1 }).then(({ receipts }) => receipts);
`,
    );
    const lines = [...check().matchAll(/wrong\.ts\((\d+),\d+\): error (TS\d+)/g)].map(
      ([, line, code]) => `${line} ${code}`,
    );
    expect(lines).toEqual(["3 TS2345", "4 TS2554", "5 TS2322", "6 TS2339"]);
  });

  it("takes and gives unknown where no codebase gives types, and has only what it is told to have", async () => {
    const { run, read } = start({
      "regions.yaml": manifest.replace(
        / {2}web: .*/,
        '  web: { root: web, client: { file: src/regions.ts, functions: [pay, "group-*"] } }',
      ),
    });
    expect((await run("client")).code).toBe(0);
    const text = read("web/src/regions.ts") ?? "";
    expect([...text.matchAll(/^export function (.*)$/gm)].map((match) => match[1])).toEqual([
      "connectToEmulator(host: string, port: number): void {",
      "groupSend<Out = unknown>(data?: unknown, options?: HttpsCallableOptions): Promise<Out> {",
      "pay<Out = unknown>(data?: unknown, options?: HttpsCallableOptions): Promise<Out> {",
    ]);
    expect(text).toContain("getFunctions(undefined, region)");
    expect(text).not.toContain("codebase");
  });

  it("goes where it is told to, and to standard output", async () => {
    const { run, read } = start();
    expect((await run("client", "-o", "elsewhere/calls.ts")).stdout).toBe("elsewhere/calls.ts: written\n");
    expect(read("elsewhere/calls.ts")).toContain('import { app } from "../web/src/app";');
    const printed = await run("client", "-o", "-");
    expect(printed.stdout).toMatch(/^\/\/ Generated by `regions generate client` from regions\.yaml\.\n/);
    expect(read("web/src/regions.ts")).toBeNull();
  });
});

describe("the client of a manifest that has changed", () => {
  it("is out of date, and the difference is shown; nothing is written", async () => {
    const { run, read, write } = start();
    await run("client");
    const before = read("web/src/regions.ts");
    write("regions.yaml", manifest.replace("pay: payments", "pay: core"));
    const checked = await run("client", "--check");
    expect([checked.code, checked.stderr]).toEqual([1, ""]);
    expect(checked.stdout.split("\n").filter((line) => /^[+-]|out of date/.test(line))).toEqual([
      "--- a/web/src/regions.ts",
      "+++ b/web/src/regions.ts",
      '-  for (const region of ["europe-west1", "europe-west3", "us-central1"]) {',
      '+  for (const region of ["europe-west1", "us-central1"]) {',
      "-/** payments, in europe-west3. */",
      "+/** core, in europe-west1. */",
      '-  return call("europe-west3", "pay", data, options);',
      '+  return call("europe-west1", "pay", data, options);',
      "1 file out of date. Run `regions generate client`.",
    ]);
    expect(read("web/src/regions.ts")).toBe(before);
    expect(JSON.parse((await run("client", "--check", "--format", "json")).stdout)).toEqual({
      version: 1,
      files: [{ file: "web/src/regions.ts", status: "stale" }],
      gaps: [],
    });
  });

  it("stays where a function comes from while it moves, until its new copy is said to be live", async () => {
    const { run, read, write } = start();
    write(
      "regions.yaml",
      manifest.replace("pay: payments", "pay: { class: payments, moving: { from: europe-west1, until: 2026-12-24 } }"),
    );
    expect(await run("client")).toEqual({
      code: 0,
      stdout: "web/src/regions.ts: written\n",
      stderr: "pay is moving, and stays bound to europe-west1 until --arrived says that its new copy is live.\n",
    });
    expect(read("web/src/regions.ts")).toContain('call("europe-west1", "pay", data, options)');
    expect((await run("client", "--arrived", "pay")).stderr).toBe("");
    expect(read("web/src/regions.ts")).toContain('call("europe-west3", "pay", data, options)');
  });

  it("says which other environment wants a function elsewhere", async () => {
    const { run } = start({
      "regions.yaml": manifest.replace(
        "environments: { production: { project: acme-prod } }",
        "defaultEnvironment: production\nenvironments:\n  production: { project: acme-prod }\n  staging: { project: acme-test, classes: { payments: { region: us-central1 } } }",
      ),
    });
    expect((await run("client")).stderr).toBe(
      "The client is bound to the regions of production; staging wants pay elsewhere: generate it with --env staging before a build for it.\n",
    );
  });
});

describe("what is refused", () => {
  it("a file that somebody else has written, unless --force says so", async () => {
    const { run, read } = start({ "web/src/regions.ts": "export const mine = 1;\n" });
    expect(await run("client")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "web/src/regions.ts exists, and was not written by this command.\n  Name another file, or replace it with --force.\n",
    });
    expect(read("web/src/regions.ts")).toBe("export const mine = 1;\n");
    expect((await run("client", "--force")).code).toBe(0);
    expect(read("web/src/regions.ts")).toMatch(/^\/\/ Generated/);
  });

  it.each([
    ["[pray]", /The client is to have pray, which is no function of the manifest\.\n.*did you mean pay\?/is],
    ["[hook]", /The client is to have hook, which is no callable\./],
  ])("a client with %s", async (list, message) => {
    const { run } = start({
      "regions.yaml": manifest.replace("types: default", `functions: ${list}`),
    });
    const { code, stderr } = await run("client");
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it("two functions that would have one name", async () => {
    const { run } = start({
      "regions.yaml": manifest.replace("  group-send: core", "  group-send: core\n  groupSend: core"),
    });
    const { code, stderr } = await run("client");
    expect([code, stderr.split("\n")[0]]).toEqual([
      2,
      expect.stringContaining("group-send and groupSend would both be called groupSend in the client."),
    ]);
  });

  it("a manifest without a client, and a function that is not on the move", async () => {
    const { run } = start({ "regions.yaml": manifest.replace(/, client: .* \}/, " }") });
    expect((await run("client")).stderr).toBe(
      "No front end of regions.yaml has a `client`.\n  Add `client: src/regions.ts` to it, or name a file with -o.\n",
    );
    expect((await run("client", "--arrived", "pay")).stderr).toBe(
      "--arrived names pay, which the manifest does not show on the move.\n  Nothing is.\n",
    );
  });

  it("a gap is told, and is no success", async () => {
    const { run } = start({ "functions/src/index.ts": "export const pay = onCall({ region: \n" });
    const { code, stderr } = await run("client");
    expect([code, stderr.includes("could not look: declared")]).toEqual([3, true]);
  });
});
