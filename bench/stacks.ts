import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "../src/stacks/engine/find.ts";
import type { Engine } from "../src/stacks/engine/judge.ts";
import { planFleet } from "../src/stacks/plan/plan.ts";
import { type Figure, printIfMain } from "./figure.ts";
import { median } from "./paired.ts";
import { fleetInput } from "./stacks-fleet.ts";
import type { Came, Order, Program, Verb } from "./stacks-run.ts";

/** One run, as a whole process. */
interface Run {
  readonly milliseconds: number;
  /** Highest resident memory in MiB; null where the system does not tell. */
  readonly memory: number | null;
  /** The same of the largest engine that it started. */
  readonly engineMemory: number | null;
}

type Pair = Readonly<Record<Program, Run>>;

/** Functions of a fleet, and how often each verb is measured: evenly, so that each program is first as often as second. */
const sizes = [
  { functions: 100, rounds: { up: 8, preview: 6 } },
  { functions: 400, rounds: { up: 6, preview: 4 } },
  { functions: 1_600, rounds: { up: 2, preview: 2 } },
] as const;

const verbs: readonly Verb[] = ["up", "preview"];

/**
 * The program of `src/stacks` on the real engine, from the manifest to the end of the run, against the plainest program
 * with as many resources of the smallest type; both as whole processes in turn, through one provider server in a process
 * of its own, which has served both before. A preview follows an `up` of the same, so there is nothing to do. Empty where
 * there is no engine.
 */
export async function stacks(): Promise<Figure[]> {
  const { engine, text } = await findEngine({ env: process.env, platform: process.platform, home: homedir() });
  if (engine === null) {
    console.log(`up and preview of stacks: not measured.\n${text}`);
    return [];
  }
  const measured = await withServer(async (server) => {
    // A server that has just started is slow to its first caller, whichever of the two that is.
    await measure(engine, server, 100, { up: 1, preview: 0 });
    const measured = new Map<number, Record<Verb, readonly Pair[]>>();
    for (const { functions, rounds } of sizes)
      measured.set(functions, await measure(engine, server, functions, rounds));
    return measured;
  });
  const figures: Figure[] = [];
  for (const verb of verbs) {
    const pairs = (functions: number): readonly Pair[] => measured.get(functions)?.[verb] ?? [];
    figures.push(...sizes.map(({ functions }) => overhead(verb, functions, pairs(functions))));
    figures.push(...perFunction(verb, pairs(400), pairs(1_600)));
  }
  return figures;
}

/** What `stacks-server.ts` prints: the provider's port, and the sandbox behind it. */
interface Server {
  readonly port: number;
  readonly project: string;
  readonly endpoint: string;
  readonly token: string;
}

async function withServer<T>(work: (server: Server) => Promise<T>): Promise<T> {
  const server = spawn(process.execPath, [fileURLToPath(new URL("stacks-server.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    return await work(JSON.parse(line.toString()) as Server);
  } finally {
    server.stdin.end();
  }
}

/** Every `up` begins with an empty sandbox and without a state; the previews follow on the last. */
async function measure(
  engine: Engine,
  server: Server,
  functions: number,
  rounds: Readonly<Record<Verb, number>>,
): Promise<Record<Verb, readonly Pair[]>> {
  const pairs: Record<Verb, Pair[]> = { up: [], preview: [] };
  for (let up = 0; up < rounds.up; up++) {
    const room = mkdtempSync(join(tmpdir(), "regions-bench-"));
    try {
      await emptySandbox(server);
      const order = orderOf(engine, functions, room, server);
      pairs.up.push(await pair({ ...order, verb: "up" }, up));
      for (let preview = 0; up === rounds.up - 1 && preview < rounds.preview; preview++) {
        pairs.preview.push(await pair({ ...order, verb: "preview" }, preview));
      }
    } finally {
      rmSync(room, { recursive: true });
    }
  }
  return pairs;
}

async function emptySandbox({ endpoint, token }: Server): Promise<void> {
  const answer = await fetch(`${endpoint}/_sandbox/reset`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ seed: "empty" }),
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`The sandbox was not emptied: ${answer.status} ${await answer.text()}`);
}

type Errand = Omit<Order, "program" | "verb">;

function orderOf(engine: Engine, functions: number, folder: string, { port, project }: Server): Errand {
  const file = join(folder, "source.zip");
  writeFileSync(file, "PK");
  const archive = { file, sha256: createHash("sha256").update("PK").digest("hex") };
  const { resources } = planFleet(fleetInput(functions, project, archive));
  return {
    engine,
    functions,
    resources: resources.length,
    folder,
    project,
    archive,
    parallel: 16,
    variables: {
      PULUMI_DEBUG_PROVIDERS: `gcp:${port}`,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_HOME: join(folder, "home"),
      PULUMI_ACCESS_TOKEN: "",
    },
  };
}

async function pair(errand: Omit<Order, "program">, round: number): Promise<Pair> {
  const once = (program: Program): Promise<Run> => run({ ...errand, program, folder: join(errand.folder, program) });
  if (round % 2 === 0) {
    const fleet = await once("fleet");
    return { fleet, minimal: await once("minimal") };
  }
  const minimal = await once("minimal");
  return { fleet: await once("fleet"), minimal };
}

const child = fileURLToPath(new URL("stacks-run.ts", import.meta.url));

/** Throws when the run did not come to what it should: a fast failure is no figure. */
async function run(order: Order): Promise<Run> {
  const started = performance.now();
  const program = spawn(process.execPath, [child, JSON.stringify(order)], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  program.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  let memory: number | null = null;
  let engineMemory: number | null = null;
  const watch = setInterval(() => {
    const { pid = 0 } = program;
    memory = larger(memory, residentOf(pid));
    for (const engine of childrenOf(pid)) engineMemory = larger(engineMemory, residentOf(engine));
  }, 50);
  const [code] = await once(program, "close");
  const milliseconds = performance.now() - started;
  clearInterval(watch);
  const came = code === 0 ? (JSON.parse(printed) as Came) : null;
  const done = order.verb === "up" ? came?.changed : came?.unchanged;
  if (came === null || done !== order.resources || came.failures.length > 0) {
    throw new Error(`${order.verb} of ${order.program} ended with ${code}: ${printed.slice(0, 2_000)}`);
  }
  return { milliseconds, memory, engineMemory };
}

function larger(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text
      .split(" ")
      .map(Number)
      .filter((one) => one > 0);
  } catch {
    return [];
  }
}

/** Resident memory of a process in MiB, the highest so far where the system keeps it; null where it does not tell. */
function residentOf(pid: number): number | null {
  try {
    const kibibytes = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kibibytes === undefined ? null : Number(kibibytes) / 1024;
  } catch {
    return null;
  }
}

function overhead(verb: Verb, functions: number, pairs: readonly Pair[]): Figure {
  const memory = (program: Program): string => {
    const own = middle(pairs, (one) => one[program].memory);
    const engine = middle(pairs, (one) => one[program].engineMemory);
    return own === null || engine === null ? "" : `, ${own.toFixed(0)} MiB + engine ${engine.toFixed(0)} MiB`;
  };
  const told = (program: Program): string =>
    `${((middle(pairs, (one) => one[program].milliseconds) ?? Number.NaN) / 1000).toFixed(2)} s${memory(program)}`;
  return {
    what: `\`${verb}\`${verb === "preview" ? " with nothing to do" : ""} of ${functions.toLocaleString("en")} functions`,
    against: "as many of the smallest resources, same engine and provider server",
    ratio: middle(pairs, ({ fleet, minimal }) => fleet.milliseconds / minimal.milliseconds) ?? Number.NaN,
    target: 1.1,
    detail: `${told("fleet")} against ${told("minimal")}`,
  };
}

/** What a function of the large fleet costs against one of the small fleet: 1 is linear, less has a fixed part. */
function perFunction(verb: Verb, small: readonly Pair[], large: readonly Pair[]): Figure[] {
  const row = (what: string, unit: string, of: (one: Run) => number | null): Figure[] => {
    const few = middle(small, ({ fleet }) => of(fleet));
    const many = middle(large, ({ fleet }) => of(fleet));
    if (few === null || many === null) return [];
    return [
      {
        what: `${what} of \`${verb}\` per function of 1,600`,
        against: "per function of 400",
        ratio: many / 1_600 / (few / 400),
        target: 1.1,
        detail: `${(many / 1_600).toFixed(2)} against ${(few / 400).toFixed(2)} ${unit}`,
      },
    ];
  };
  return [
    ...row("time", "ms", (one) => one.milliseconds),
    ...row("memory of our process", "MiB", (one) => one.memory),
    ...row("memory of the engine", "MiB", (one) => one.engineMemory),
  ];
}

function middle(pairs: readonly Pair[], of: (one: Pair) => number | null): number | null {
  const values = pairs.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : median(values);
}

await printIfMain(import.meta.url, stacks);
