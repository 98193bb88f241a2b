import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadCommands } from "../../src/cli/main.ts";
import { lookCalls } from "../../src/clients/look-permissions.ts";
import type { Seed } from "../../src/sandbox/seed.ts";
import { loadSeed } from "../../src/sandbox/seeds.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { run } from "./run.ts";

/*
 * What the commands that look ask of Google, on the reference fleet with all kinds of things in it: each call has its
 * line in the list that documentation and role are made of.
 */

let folder: string;
let sandbox: Sandbox;
beforeAll(async () => {
  folder = copyOfTheFleet("permissions");
  const manifest = join(folder, "regions.yaml");
  const journal = "{ project: demo-regions, endpoint: sandbox, journal: gs://demo-regions-moves/moves }";
  const text = readFileSync(manifest, "utf8");
  writeFileSync(manifest, text.replace("{ project: demo-regions, endpoint: sandbox }", journal));
  const story = await loadSeed("story");
  // What the fleet itself has none of: a function of generation 1, a queue with an address of its own.
  const seed: Seed = {
    ...story,
    functions: [
      ...story.functions,
      { name: "legacyHook", region: "europe-west1", trigger: "https", runtime: "nodejs22", generation: 1 },
    ],
    queues: [
      ...(story.queues ?? []),
      { name: "letters", region: "europe-west1", overrideHost: "europe-west1-demo-regions.cloudfunctions.net" },
    ],
    buckets: [...story.buckets, { name: "demo-regions-moves", location: "EU" }],
  };
  sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The journals of moves, which `report` tells of: to be read in their bucket alone, and so in no role for the project. */
const isJournal = ({ method, host, path }: Asked): boolean =>
  method === "GET" && host === "storage.googleapis.com" && path.startsWith("/storage/v1/b/demo-regions-moves/o");

/** Providers have keys of their own, and no permissions at Google. */
const isGoogle = (host: string | null) => host?.endsWith("googleapis.com") === true;

interface Asked {
  readonly method: string;
  readonly host: string;
  readonly path: string;
}

/** Runs a command and returns what it asked of Google, each once. */
async function asks(args: readonly string[], codes: readonly number[]): Promise<readonly Asked[]> {
  sandbox.log.clear();
  const { code, stderr } = await run([...args, "--env", "sandbox"], { cwd: folder });
  expect(codes, `${args.join(" ")}: ${stderr}`).toContain(code);
  const asked = sandbox.log.entries().filter(({ host }) => isGoogle(host));
  const paths = asked.map(({ method, host, path }) => ({ method, host: host ?? "", path: path.split("?")[0] ?? "" }));
  const asking = paths.filter((one) => args[0] !== "report" || !isJournal(one));
  return [...new Map(asking.map((one) => [JSON.stringify(one), one])).values()];
}

const lineOf = ({ host, path }: Asked) => lookCalls.find((call) => call.host === host && call.path.test(path));

const looks: readonly (readonly [readonly string[], readonly number[]])[] = [
  [["audit", "--today", "2026-11-22"], [1]],
  [["audit", "--sources", "declared,holders", "--today", "2026-11-22"], [1]],
  [["snapshot", "-o", "look.json"], [0]],
  [["list", "deployed"], [0]],
  [["list", "holders"], [0]],
  [["doctor"], [0, 3]],
  [["report"], [0, 1]],
];

describe("what a look asks of Google", () => {
  const used = new Set<(typeof lookCalls)[number]>();

  it("is in the list, call by call, and changes nothing", async () => {
    const names = (await loadCommands()).map(({ name }) => name);
    for (const [args, codes] of looks.filter(([[name = ""]]) => names.includes(name))) {
      const asked = await asks(args, codes);
      expect(asked.length, args.join(" ")).toBeGreaterThan(0);
      expect(asked.filter((one) => one.method !== "GET" || lineOf(one) === undefined)).toEqual([]);
      for (const one of asked) {
        const line = lineOf(one);
        if (line !== undefined) used.add(line);
      }
    }
  });

  it("is all that is in the list", () => {
    const unused = lookCalls.filter((call) => !used.has(call)).map(({ host, permission }) => permission ?? host);
    expect(unused).toEqual([]);
  });

  it("is told from other calls: one more path, one more part, another version are none of the list", () => {
    const others: readonly Asked[] = [
      { method: "GET", host: "cloudfunctions.googleapis.com", path: "/v2/projects/p/locations/l/functions/f" },
      { method: "GET", host: "storage.googleapis.com", path: "/storage/v1/b/bucket/o" },
      { method: "GET", host: "run.googleapis.com", path: "/v2/projects/p/locations/l/services/s:setIamPolicy" },
      { method: "GET", host: "secretmanager.googleapis.com", path: "/v1/projects/p/secrets" },
    ];
    expect(others.map(lineOf)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("is the role that the documentation hands out, and nothing that writes", () => {
    const role = parse(readFileSync(join(import.meta.dirname, "../../docs/look-role.yaml"), "utf8"));
    const permissions = lookCalls.flatMap(({ permission }) => permission ?? []);
    expect(role.includedPermissions).toEqual(permissions.toSorted());
    expect(permissions.filter((one) => !/\.(list|get|getIamPolicy)$/.test(one))).toEqual([]);
  });
});
