import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { JournalRecord } from "../../../src/model/move.ts";
import type { DeliveryRequest } from "../../../src/sandbox/run/delivery.ts";
import { emptySeed, type Seed } from "../../../src/sandbox/seed.ts";
import { startSandbox } from "../../../src/sandbox/server.ts";
import { bareEnvironment } from "../../cli/run.ts";
import type { Program } from "./program.ts";
import { createReceiver, type Receiver } from "./receiver.ts";

export const from = "europe-west1";
export const to = "europe-west3";
export const name = "handler";
export const project = emptySeed.project;
export const ledger = "processed_events";

/** One kind of function: how it is live before the move, who sends to it, and what people do for its move. */
export interface Kind {
  readonly seed: Partial<Seed>;
  /** Files of the project by path, beside regions.yaml. */
  readonly files: Readonly<Record<string, string>>;
  /** In regions.yaml: what stands in the function's line after its class. */
  readonly line: string;
  /** In regions.yaml: what else the environment says. */
  readonly environment?: string;
  /** Variables of the command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly callers?: boolean;
  readonly hasLedger: boolean;
  /** Further arguments of the move. */
  readonly options?: readonly string[];
  /** The sender's id of the event that a request brings. */
  readonly eventOf: (request: DeliveryRequest) => string | null;
  /** Some events, sent now; resolves to their ids when each was tried once. */
  send(scene: Scene): Promise<readonly string[]>;
  /** The receiver keeps when each request came. */
  readonly keepsTimes?: boolean;
  /** What is lost and doubled, where time brings the events and not `send`. */
  count?(scene: Scene): Promise<Losses>;
  /** Longer than any sender tries again, in ms. */
  readonly patienceMs: number;
  /** Brings about what no seed has. */
  prepare?(scene: Scene): Promise<void>;
  /** Holders and whatever else a move of this kind changes, apart from copies, jobs, queues, files. */
  look?(scene: Scene): Promise<unknown>;
  /** Goes wrong on the way from senders to copies: rules of the sandbox. */
  readonly disturbances?: readonly object[];
  /** Events also come ahead of each line of the journal. */
  readonly sendsAtPoints: boolean;
}

export interface Losses {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

export interface Ran {
  /** Null: killed. */
  readonly code: number | null;
  readonly text: string;
}

export interface Scene {
  readonly folder: string;
  readonly receiver: Receiver;
  /** All events that were sent. */
  readonly sent: readonly string[];
  ask(method: string, path: string, body?: object | string): Promise<Record<string, unknown>>;
  run(args: readonly string[], killAt?: string): Promise<Ran>;
  send(): Promise<void>;
  now(): Promise<number>;
  advance(ms: number): Promise<void>;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Of the one journal; none yet. */
  records(): readonly JournalRecord[];
  /** Ends its sandbox, and leaves its folder to copies. */
  leave(): Promise<Stage>;
  close(): Promise<void>;
}

/** A project that was left as it is, to be gone on with in copies of it. */
export interface Stage {
  readonly folder: string;
  /** How many lines the journal of its move has; 0: no move has begun. */
  readonly lines: number;
}

/** Half a minute past: what comes in the minute of now is counted. */
export const start = "2026-11-28T09:14:30.000Z";

const manifest = ({ line, environment = "", hasLedger, callers }: Kind): string => `version: 1
environments:
  sandbox: { project: ${project}, endpoint: sandbox${environment} }
regions: { ${from}: {}, ${to}: {} }
classes: { core: { region: ${from}, allow: [${to}] } }
codebases:
  default: { source: functions${hasLedger ? `, ledger: { firestore: ${ledger} }` : ""} }
${callers === true ? "callers:\n  web: { root: web }\n" : ""}defaults: { runtime: nodejs22 }
functions:
  ${name}: { class: core${line} }
`;

/** A project of one function, in a folder and a sandbox of its own; a copy of `stage`, or from the beginning. */
export async function openScene(kind: Kind, program: Program, stage: Stage | null = null): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "regions-killed-"));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  if (stage !== null) cpSync(stage.folder, folder, { recursive: true, verbatimSymlinks: true });
  else {
    write("regions.yaml", manifest(kind));
    const own = { name: "functions", main: "index.js", type: "module", dependencies: { "firebase-functions": "*" } };
    write("functions/package.json", JSON.stringify(own));
    for (const [file, text] of Object.entries(kind.files)) write(file, text);
  }

  const receiver = createReceiver({
    eventOf: kind.eventOf,
    isLive: async ({ region, id }) => {
      const path = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/${region}/functions/${id}?asked-by=function`;
      const { state } = await ask("GET", path).catch(() => ({ state: null }));
      return state === "ACTIVE";
    },
    now: kind.keepsTimes === true ? () => scene.now() : null,
    record: kind.hasLedger ? record : null,
  });
  const sandbox = await startSandbox({
    folder: join(folder, ".regions/sandbox"),
    seed: { ...emptySeed, ...kind.seed },
    now: () => new Date(start),
    delivery: receiver,
  });
  const sent: string[] = [];

  async function ask(method: string, path: string, body?: object | string): Promise<Record<string, unknown>> {
    const isForm = typeof body === "string";
    const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
    const { account, token } = sandbox.access.twilio;
    const isTwilio = path.startsWith("2010-04-01/") || path.startsWith("messaging.twilio.com/");
    const basic = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
    const authorization = isTwilio ? basic : `Bearer ${sandbox.token}`;
    const response = await fetch(`${sandbox.base}/${path}`, {
      method,
      headers: { authorization, "content-type": type },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async function record(event: string, region: string): Promise<void> {
    const at = { timestampValue: start };
    const texts = Object.entries({ function: name, event, region }).map(([key, stringValue]) => [key, { stringValue }]);
    const fields = { ...Object.fromEntries(texts), startedAt: at, doneAt: at };
    const place = `projects/${project}/databases/(default)/documents`;
    const update = { name: `${place}/${ledger}/${event.replaceAll("/", "_")}`, fields };
    await ask("POST", `firestore.googleapis.com/v1/${place}:commit?asked-by=function`, { writes: [{ update }] });
  }

  const scene: Scene = {
    folder,
    receiver,
    sent,
    ask,
    run: (args, killAt = "") => run(args, killAt),
    async send() {
      sent.push(...(await kind.send(scene)));
    },
    async now() {
      return Date.parse(String((await ask("GET", "_sandbox/clock")).now));
    },
    async advance(ms) {
      const { failures } = await ask("POST", "_sandbox/clock", { advanceMs: ms });
      if ((failures as unknown[]).length > 0) throw new Error(JSON.stringify(failures));
    },
    read: (file) => readFileSync(join(folder, file), "utf8"),
    write,
    records() {
      const moves = join(folder, ".regions/sandbox/moves");
      const files = readdirSync(folder).includes(".regions") ? filesIn(moves) : [];
      if (files.length > 1) throw new Error(`more than one journal: ${files.join(", ")}`);
      const [file] = files;
      if (file === undefined) return [];
      const lines = readFileSync(join(moves, file), "utf8").split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line) as JournalRecord);
    },
    async leave() {
      await sandbox.close();
      points.close();
      points.closeAllConnections();
      return { folder, lines: scene.records().length };
    },
    async close() {
      await scene.leave();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  // Each line of a journal waits for what is sent ahead of it.
  const points = createServer((request, response) => {
    request.resume();
    scene.send().then(
      () => response.end(),
      (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  });
  await new Promise<void>((resolve) => points.listen(0, "127.0.0.1", resolve));
  const { port } = points.address() as { port: number };

  function run(args: readonly string[], killAt: string): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ["--import", program.points, program.entry, ...args], {
        cwd: folder,
        env: {
          ...bareEnvironment(),
          ...program.env,
          ...kind.env,
          REGIONS_KILL_AT: killAt,
          REGIONS_POINTS: kind.sendsAtPoints ? `http://127.0.0.1:${port}/` : "",
        },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
      }
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, text }));
    });
  }

  for (const rule of kind.disturbances ?? []) await ask("POST", "_sandbox/disturbances", rule);
  if (stage === null) await kind.prepare?.(scene);
  return scene;
}

function filesIn(folder: string): readonly string[] {
  try {
    // Killed before its first line it may have made the file.
    return readdirSync(folder).filter((file) => file.endsWith(".jsonl") && statSync(join(folder, file)).size > 0);
  } catch {
    return [];
  }
}
