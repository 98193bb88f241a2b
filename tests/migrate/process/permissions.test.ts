import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lookCalls } from "../../../src/clients/look-permissions.ts";
import { moveCalls } from "../../../tools/move-permissions.ts";
import { begin } from "./history.ts";
import { kinds } from "./kinds.ts";
import { bundleProgram, type Program } from "./program.ts";
import { from, type Kind, name, openScene, project, type Scene } from "./scene.ts";

/* What a move asks of Google beside looks and its deployer: each call has its line in the list that the page is made of. */

interface Asked {
  readonly method: string;
  readonly host: string | null;
  readonly path: string;
}

const queue = `cloudtasks.googleapis.com/v2/projects/${project}/locations/${from}/queues/reports`;
/** A webhook that a queue sends to which somebody made by hand. */
const calledByQueue: Kind = {
  ...(kinds.get("https") as Kind),
  seed: {
    functions: [{ name, region: from, trigger: "https", runtime: "nodejs22" }],
    queues: [{ name: "reports", region: from }],
  },
  line: ", trigger: https, holders: [task-queue]",
  async prepare(scene) {
    const uriOverride = { host: `${from}-${project}.cloudfunctions.net`, pathOverride: { path: `/${name}` } };
    await scene.ask("PATCH", `${queue}?updateMask=httpTarget`, { httpTarget: { uriOverride } });
  },
};

let program: Program;
beforeAll(async () => {
  program = await bundleProgram();
});
afterAll(() => program?.remove());

/** Runs a move to its end, or until people have to bring something about; what it asked of Google. */
async function asks(kind: Kind, options: readonly string[]): Promise<readonly Asked[]> {
  const scene = await openScene({ ...kind, sendsAtPoints: false, disturbances: [] }, program);
  try {
    const asked: Asked[] = [];
    for (let run = 0; run < 6; run += 1) {
      if (options.length === 0) await scene.send();
      await scene.ask("DELETE", "_sandbox/log");
      const args = run === 0 ? [...begin, ...(kind.options ?? []), ...options] : ["migrate", "resume", name];
      const { code, text } = await scene.run(args);
      asked.push(...(await logOf(scene)));
      expect([0, 5], text).toContain(code);
      if (code === 0) break;
      await scene.advance(8 * 86_400_000);
    }
    return asked;
  } finally {
    await scene.close();
  }
}

async function logOf(scene: Scene): Promise<readonly Asked[]> {
  const { requests } = (await scene.ask("GET", "_sandbox/log")) as { requests: Asked[] };
  return requests
    .filter(({ host, path }) => host?.endsWith("googleapis.com") === true && !/[?&]asked-by=/.test(path))
    .map(({ method, host, path }) => ({ method, host, path: path.split("?")[0] ?? "" }));
}

const isLook = ({ method, host, path }: Asked): boolean =>
  method === "GET" && lookCalls.some((call) => call.host === host && call.path.test(path));
const lineOf = ({ method, host, path }: Asked) =>
  moveCalls.find((call) => call.method === method && call.host === host && call.path.test(path));

describe("what a move asks of Google", () => {
  const used = new Set<ReturnType<typeof lineOf>>();
  const moves: readonly (readonly [string, Kind, readonly string[]])[] = [
    ...[...kinds].map(([title, kind]) => [title, kind, []] as const),
    ["a queue made by hand", calledByQueue, []],
    ["a rehearsal of a schedule", kinds.get("scheduled by unix-cron") as Kind, ["--rehearse"]],
    ["a rehearsal of a task", { ...(kinds.get("task") as Kind), eventOf: () => "test" }, ["--rehearse"]],
  ];

  it.each(moves)(
    "is in the list, call by call: %s",
    async (_title, kind, options) => {
      const asked = await asks(kind, options);
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((one) => !isLook(one) && lineOf(one) === undefined)).toEqual([]);
      for (const one of asked) used.add(lineOf(one));
    },
    120_000,
  );

  it("is all that is in the list", () => {
    expect(moveCalls.filter((call) => !used.has(call)).map(({ does }) => does)).toEqual([]);
  });
});
