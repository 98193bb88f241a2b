import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { main } from "../../src/cli/main.ts";
import { emptySeed, type Seed, type SeedFunction } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { type Ran, run } from "./run.ts";

/* Several moves in one command, on the real process. Copies that are in both regions already need no deployment. */

const [west1, west3] = ["europe-west1", "europe-west3"];
const copy = (name: string, region: string, more: Partial<SeedFunction> = {}): SeedFunction => ({
  name,
  region,
  trigger: "callable",
  runtime: "nodejs22",
  ...more,
});
const both = (name: string, more: Partial<SeedFunction> = {}) => [copy(name, west1, more), copy(name, west3, more)];

const seed: Seed = {
  ...emptySeed,
  project: "acme-prod",
  functions: [
    ...both("getQuote"),
    ...both("getReport"),
    ...both("getRates"),
    copy("bookCall", west1, { cpu: "4", memory: "2Gi", maxInstances: 2 }),
    copy("cancelCall", west1, { cpu: "4", memory: "2Gi", maxInstances: 2 }),
    copy("runCall", west1, { trigger: "task", cpu: "4", memory: "2Gi", maxInstances: 2 }),
    copy("holdCall", west1, { cpu: "4", memory: "2Gi", maxInstances: 4 }),
    copy("beforeSignIn", west1, { trigger: "blocking" }),
    copy("endCall", west3),
  ],
  usage: { [west3]: 1.5, [west1]: 3 },
};

const manifest = `version: 1
environments:
  sandbox: { project: acme-prod, endpoint: sandbox }
regions:
  europe-west1: {}
  europe-west3: { quota: { vcpu: 12, warn: 80% } }
classes:
  core: { region: europe-west1, allow: [europe-west3] }
  calls: { region: europe-west1, allow: [europe-west3] }
  heavy: { region: europe-west1, allow: [europe-west3] }
codebases:
  default: { source: functions, deployer: firebase, ledger: { firestore: processed_events } }
functions:
  getQuote: { class: core }
  getReport: { class: core }
  getRates: { class: core }
  bookCall: { class: calls }
  cancelCall: { class: calls }
  runCall: { class: calls }
  holdCall: { class: heavy }
  beforeSignIn: calls
  endCall: { class: calls, region: europe-west3 }
  missedCall: calls
flows:
  booking:
    - { from: bookCall, to: runCall, via: task }
`;

const code = `import { onCall } from "firebase-functions/v2/https";
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { beforeUserSignedIn } from "firebase-functions/v2/identity";
const region = ["europe-west1", "europe-west3"];
export const getQuote = onCall({ region }, () => 1);
export const getReport = onCall({ region }, () => 1);
export const getRates = onCall({ region }, () => 1);
export const bookCall = onCall({ region: "europe-west1" }, () => 1);
export const cancelCall = onCall({ region: "europe-west1" }, () => 1);
export const runCall = onTaskDispatched({ region: "europe-west1" }, () => {});
export const holdCall = onCall({ region: "europe-west1" }, () => 1);
export const beforeSignIn = beforeUserSignedIn({ region: "europe-west1" }, () => {});
export const endCall = onCall({ region: "europe-west3" }, () => 1);
export const missedCall = onCall({ region: "europe-west1" }, () => 1);
`;

let folder = "";
let sandbox: Sandbox;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "regions-several-"));
  mkdirSync(join(folder, "functions"));
  writeFileSync(join(folder, "functions/package.json"), '{ "type": "module", "main": "index.js" }');
  writeFileSync(join(folder, "functions/index.js"), code);
  writeFileSync(join(folder, "regions.yaml"), manifest);
  sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed });
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const regions = (...args: string[]): Promise<Ran> => run(["migrate", ...args], { cwd: folder });
const read = (file: string): string => readFileSync(join(folder, file), "utf8");
const moves = (): string[] =>
  readdirSync(join(folder, ".regions/sandbox/moves"))
    .filter((name) => name.endsWith(".jsonl"))
    .sort();
const lines = (text: string): string[] => text.trimEnd().split("\n").slice(-6);

/** Somebody else is at the move of a function: this process. */
function held(name: string): () => void {
  const file = join(folder, `.regions/sandbox/moves/${name}.lock.1`);
  mkdirSync(join(folder, ".regions/sandbox/moves"), { recursive: true });
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  const who = { owner: "ben@build", host: hostname(), pid: process.pid, move: "another", token: "t" };
  const terms = { takenAt: "2026-11-28T09:00:00.000Z", expiresAt, isPending: false, leftAt: null };
  writeFileSync(file, JSON.stringify({ ...who, ...terms }));
  return () => rmSync(file);
}

it("names all that is wrong with what was asked", async () => {
  const wrong = async (...args: string[]) => {
    const { code, stderr } = await regions(...args);
    return [code, stderr];
  };
  expect(await wrong("getQuot", "getRate", "--to", west3)).toEqual([
    2,
    expect.stringMatching(/declares no function getQuot\..*declares no function getRate\./s),
  ]);
  expect(await wrong("getQuote", "getQuote", "--to", west3)).toEqual([2, expect.stringContaining("named twice")]);
  expect(await wrong("--class", "cals", "--to", west3)).toEqual([2, expect.stringContaining("id you mean calls?")]);
  expect(await wrong("resum", "getQuote")).toEqual([2, expect.stringContaining("id you mean resume?")]);
  writeFileSync(join(folder, "odd.json"), '{ "version": 1, "batches": [["a"]], "plans": [] }');
  expect(await wrong("apply", "odd.json")).toEqual([
    2,
    expect.stringContaining("odd.json is no plan of a move at plans"),
  ]);
});

it("writes several plans into one file, and begins each of them", async () => {
  const planned = await regions("plan", "getReport", "getQuote", "--to", west3, "--from", west1, "-o", "move.json");
  expect([planned.code, planned.stderr]).toEqual([0, ""]);
  expect(planned.stdout).toMatch(
    /^2 functions move to europe-west3 in sandbox \(project acme-prod\), one after the other\./,
  );
  const file = JSON.parse(read("move.json"));
  const ids = file.plans.map(({ id }: { id: string }) => id);
  expect(file).toMatchObject({ version: 1, batches: [ids], leftOut: [] });
  expect(file.plans.map((plan: { function: string }) => plan.function)).toEqual(["getReport", "getQuote"]);

  const begun = await regions("apply", "move.json", "--yes", "--format", "json");
  expect([begun.code, moves()]).toEqual([5, ids.map((id: string) => `${id}.jsonl`).sort()]);
  expect(
    begun.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(
    ids.map((move: string) => ({
      version: 1,
      move,
      end: expect.objectContaining({ is: "waiting", step: "await-request" }),
      canRollBack: true,
    })),
  );
  expect(read("regions.yaml").match(/moving: \{ from: europe-west1/g)).toHaveLength(2);

  const again = await regions("apply", "move.json", "--yes");
  expect([again.code, again.stderr]).toEqual([4, expect.stringContaining("Every move of the plan was begun before.")]);
});

it("goes on with each, whatever becomes of another, and ends with the worst", async () => {
  const release = held("getReport");
  const resumed = await regions("resume");
  release();
  expect([resumed.code, resumed.stderr]).toEqual([
    4,
    expect.stringMatching(/^getReport-europe-west3-\d+-\d+: ben@build \(process \d+ on .*\) is at the move another/m),
  ]);
  expect(lines(resumed.stdout)).toEqual([
    expect.stringContaining("Waiting for a first real request to getQuote"),
    "",
    "2 moves:",
    expect.stringMatching(/^ {2}getReport-\S+ +failed$/),
    expect.stringMatching(/^ {2}getQuote-\S+ +waiting$/),
    "Exit code 4.",
  ]);
  const ofOther = await regions("resume", "--class", "calls");
  expect([ofOther.code, ofOther.stdout]).toEqual([0, "No move is open.\n"]);
  const several = await regions("rollback");
  expect([several.code, several.stderr]).toEqual([
    2,
    expect.stringContaining("Name those that are to be rolled back."),
  ]);
});

it("begins what is left of a file, once the others were begun or rolled back", async () => {
  const back = await regions("rollback", "getQuote", "getReport");
  expect([back.code, read("regions.yaml")]).toEqual([0, manifest]);
  await regions("plan", "getRates", "getQuote", "--to", west3, "--from", west1, "-o", "two.json");
  const release = held("getQuote");
  const first = await regions("apply", "two.json", "--yes", "--until", "deploy-copy");
  release();
  expect([first.code, first.stderr]).toEqual([4, expect.stringContaining("is at the move another")]);
  const second = await regions("apply", "two.json", "--yes", "--until", "deploy-copy");
  expect([second.code, second.stderr]).toEqual([
    5,
    expect.stringMatching(/^getRates-\S+ was begun before: `regions migrate resume getRates-\S+` goes on\.\n/),
  ]);
  expect(second.stdout).toContain("Stopped after deploy-copy, as asked. `regions migrate resume getQuote-");
  expect((await regions("rollback", "--class", "core")).code).toBe(0);
  expect(read("regions.yaml")).toBe(manifest);
});

it("refuses all of them where something stands against one", async () => {
  const refused = await regions("cancelCall", "holdCall", "--to", west3, "--yes");
  expect([refused.code, refused.stderr, read("regions.yaml")]).toEqual([
    1,
    "holdCall: 4 instances of 4 vCPU are 16, and europe-west3 has a quota of 12. Lower its maxInstances or cpu, or ask Google for more quota there.\nNothing was changed.\n",
    manifest,
  ]);
});

it("keeps how a queue is to be drained, from the plan to the journal", async () => {
  const planned = await regions("plan", "runCall", "--to", west3, "--drain", "override", "-o", "drain.json");
  const queue = { region: west1, name: "runCall" };
  const drain = { do: "drain-queue", queue, by: "override" };
  const stepsOf = (text: string) => JSON.parse(text).steps.map(({ action }: { action: object }) => action);
  expect([planned.code, stepsOf(read("drain.json"))]).toEqual([0, expect.arrayContaining([drain])]);
  const begun = await regions("apply", "drain.json", "--yes", "--until", "declare-move");
  const journal = await regions("status", "runCall", "--format", "json");
  const [{ plan }] = JSON.parse(journal.stdout).records;
  expect([begun.code, stepsOf(JSON.stringify(plan))]).toEqual([5, expect.arrayContaining([drain])]);
  expect((await regions("rollback", "runCall")).code).toBe(0);
});

const classMove = ["--class", "calls", "--to", west3];

it("shows a class in batches that the region has room for, callees first", async () => {
  const shown = await regions(...classMove, "--dry-run");
  expect([shown.code, shown.stderr]).toEqual([0, ""]);
  // 80 % of 12 vCPU is the line, 1.5 are in use: two instances of 4 fit.
  expect(
    shown.stdout,
  ).toContain(`3 functions move to europe-west3 in sandbox (project acme-prod), in 2 batches. Each batch has ended
or waits before the next one begins.

batch  function    kind      from
1      runCall     task      europe-west1  8 steps
1      bookCall    callable  europe-west1  7 steps
2      cancelCall  callable  europe-west1  7 steps

Left out:
  beforeSignIn: it is of a kind (blocking) that has one registration in the whole project
  missedCall: it is live nowhere
`);
  expect(read("regions.yaml")).toBe(manifest);
});

it("begins no batch after one in which a move has failed, and goes on with what is left when asked again", async () => {
  const release = held("bookCall");
  const first = await regions(...classMove, "--yes", "--until", "declare-move");
  release();
  expect([first.code, lines(first.stdout)]).toEqual([
    4,
    [
      "",
      "3 moves:",
      expect.stringMatching(/^ {2}runCall-\S+ +waiting$/),
      expect.stringMatching(/^ {2}bookCall-\S+ +failed$/),
      expect.stringMatching(/^ {2}cancelCall-\S+ +not begun$/),
      "Exit code 4.",
    ],
  ]);
  const second = await regions(...classMove, "--yes", "--until", "declare-move");
  expect([second.code, second.stdout]).toEqual([5, expect.stringMatching(/runCall: it is in the move runCall-/)]);
  expect(read("regions.yaml").match(/moving: \{ from: europe-west1/g)).toHaveLength(3);
  const third = await regions(...classMove, "--yes");
  expect([third.code, third.stdout]).toEqual([
    5,
    expect.stringMatching(/^Left out:\n.*\nThere is nothing to move\.\n$/s),
  ]);
  const back = await regions("rollback", "--class", "calls");
  expect([back.code, read("regions.yaml")]).toEqual([0, manifest]);
});

it("looks anew before a later batch: what no longer holds is not begun", async () => {
  const said: string[] = [];
  let stops = 0;
  const hear = async (text: string): Promise<void> => {
    said.push(text);
    if (!text.includes("Stopped after declare-move")) return;
    stops += 1;
    if (stops === 2) await becomeUnreachable();
  };
  const output = { write: hear, isTerminal: false, columns: null };
  const code = await main(["migrate", ...classMove, "--yes", "--until", "declare-move"], {
    stdout: output,
    stderr: output,
    env: { HOME: "/nonexistent" },
    cwd: folder,
    signal: new AbortController().signal,
    now: () => new Date(),
  });
  expect([code, said.join("")]).toEqual([
    4,
    expect.stringMatching(/^cancelCall-\S+: Not begun: could not be looked at: .*europe-west3/m),
  ]);
  expect(read("regions.yaml").match(/moving: \{ from: europe-west1/g)).toHaveLength(2);
});

/** By the next look somebody has to wait: half of the facts are no ground to begin on. */
async function becomeUnreachable(): Promise<void> {
  const response = await fetch(`${sandbox.base}/_sandbox/faults`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
    body: JSON.stringify({ match: { region: west3 }, do: { kind: "unreachable" } }),
  });
  expect(response.status).toBeLessThan(300);
}
