import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../cli/run.ts";
import { type FirebaseRoom, openFirebaseRoom } from "./room.ts";

/* `regions deploy` of a codebase with `deployer: firebase`: the real Firebase CLI, on the sandbox. */

let room: FirebaseRoom;
beforeAll(async () => {
  room = await openFirebaseRoom({
    functions: [{ name: "other", region: "europe-west1", trigger: "https", runtime: "nodejs22" }],
  });
  room.write("firebase.json", JSON.stringify({ functions: [{ source: "functions", codebase: "default" }] }));
});
afterAll(() => room.close());

const manifest = (moving: string): void =>
  room.write(
    "regions.yaml",
    `version: 1
environments: { production: { project: acme-test, endpoint: "${room.sandbox.base}" } }
regions: { europe-west1: {}, europe-west3: {} }
classes: { core: { region: europe-west1 }, payments: { region: europe-west3 } }
codebases: { default: { source: functions, deployer: firebase } }
functions:
  other: core
  hello: { class: payments, trigger: https${moving} }
`,
  );
const source = (regions: string, answer: string): void =>
  room.write(
    "functions/index.js",
    `const { onRequest } = require("firebase-functions/v2/https");
exports.hello = onRequest({ region: ${regions} }, (request, response) => response.send("${answer}"));
exports.other = onRequest({ region: "europe-west1" }, (request, response) => response.send("${answer}"));
`,
  );
const regions = (...args: readonly string[]) => run(args, { cwd: room.folder, env: room.own });
const deploy = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await regions("deploy", "--yes", "--format", "json", ...args);
  const report = stdout === "" ? null : JSON.parse(stdout);
  const changes = (report?.changes ?? []).map(
    (one: { operation: string; function: string; region: string }) => `${one.operation} ${one.function}@${one.region}`,
  );
  return { code, stderr, report, changes: changes.sort() };
};
const messages = (report: { failures: { message: string }[] }) => report.failures.map(({ message }) => message);
const writes = () => room.sandbox.log.entries().filter((entry) => entry.writes).length;

describe("a codebase with `deployer: firebase`", () => {
  const moving = ", moving: { from: europe-west1, until: 2099-12-01 }";

  it("is not deployed while a moving function's source names one region, and is told how to name both", async () => {
    manifest(moving);
    source('"europe-west1"', "one");
    const { code, report } = await deploy("--function", "hello");
    expect([code, report.status, writes()]).toEqual([1, "stopped", 0]);
    expect(messages(report)).toEqual([
      "hello is being moved, and its source names europe-west1; it has to name europe-west1 and europe-west3 meanwhile.\nLet `options:` of its codebase in regions.yaml name a module; `regions generate options` writes both regions there, and its declaration takes them: `onRequest({ ...functions.hello }, …)`.",
    ]);
  }, 120_000);

  it("has a function deployed into two regions by name, and nothing else", async () => {
    source('["europe-west1", "europe-west3"]', "one");
    const { code, changes, report, stderr } = await deploy("--function", "hello");
    expect([code, changes, report?.failures, stderr]).toEqual([
      0,
      ["create hello@europe-west1", "create hello@europe-west3"],
      [],
      "",
    ]);
    expect(report.notes).toEqual([
      expect.stringMatching(
        /^the Firebase CLI deployed all of it, and then said: Error: Functions successfully deployed but could not set up cleanup policy/,
      ),
    ]);
    expect(await room.live()).toEqual(["europe-west1/hello", "europe-west1/other", "europe-west3/hello"]);
  }, 120_000);

  it("has it updated in both", async () => {
    source('["europe-west1", "europe-west3"]', "two");
    const { code, changes } = await deploy("--function", "hello");
    expect([code, changes]).toEqual([0, ["update hello@europe-west1", "update hello@europe-west3"]]);
  }, 120_000);

  it("loses one copy only where function and region are named, and regions.yaml no longer wants it", async () => {
    manifest("");
    const still = await deploy("--function", "hello", "--region", "europe-west1");
    expect([still.code, messages(still.report)]).toEqual([
      1,
      [
        "hello in europe-west1 is to be removed, and its source still names europe-west1: the next deployment would make it again.\nTake that region out of its source first.",
      ],
    ]);
    source('"europe-west3"', "two");
    const before = writes();
    const refused = await deploy("--function", "hello");
    expect([refused.code, messages(refused.report), writes()]).toEqual([
      1,
      [
        "hello is live in europe-west1, too, which its source does not name: the Firebase CLI would delete that copy, or do nothing at all.\nOnce nothing reaches that copy, remove it first: `regions deploy --function hello --region europe-west1`.",
      ],
      before,
    ]);
    const { code, changes } = await deploy("--function", "hello", "--region", "europe-west1");
    expect([code, changes]).toEqual([0, ["delete hello@europe-west1"]]);
    expect(await room.live()).toEqual(["europe-west1/other", "europe-west3/hello"]);
    expect(room.strangers()).toEqual([]);
  }, 120_000);

  it("has no state to adopt into", async () => {
    const { code, stdout, stderr } = await regions("adopt", "--yes");
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      "The Firebase CLI, which deploys codebase default of production, cannot adopt.\n  It keeps no state that anything could be taken into.\n",
    ]);
    expect(await room.live()).toEqual(["europe-west1/other", "europe-west3/hello"]);
  }, 120_000);
});
