import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeliveryRow } from "../../sandbox/senders/sandbox.ts";
import { bareEnvironment, bundle, type Ran, type RunOptions, run } from "../run.ts";

const project = "demo-regions";
/** Stands in the endpoint's address: nothing that a move writes or says may hold it. */
export const marked = "planted-secret-4f81c2";

const manifestWith = (journal: string | null): string => `version: 1
environments:
  sandbox: { project: ${project}, endpoint: sandbox${journal === null ? "" : `, journal: "${journal}"`} }
regions:
  europe-west1: {}
  europe-west3: {}
classes:
  payments: { region: europe-west1, allow: [europe-west3] }
codebases:
  default: { source: functions, ledger: { firestore: processed_events } }
defaults: { runtime: nodejs22, maxInstances: 10 }
functions:
  stripeWebhook: { class: payments, trigger: https, holders: [stripe] }
`;

/** Takes each event once: its effect and the record of it are one transaction, and a second effect would be counted. */
const code = `import { Firestore, FieldValue } from "@google-cloud/firestore";
import { onRequest } from "firebase-functions/v2/https";

const db = new Firestore();

async function take(event) {
  const record = db.doc("processed_events/" + event);
  await db.runTransaction(async (transaction) => {
    if ((await transaction.get(record)).exists) return;
    const at = FieldValue.serverTimestamp();
    transaction.create(record, { function: "stripeWebhook", event, startedAt: at, doneAt: at });
    transaction.set(db.doc("effects/" + event), { count: FieldValue.increment(1) }, { merge: true });
  });
}

export const stripeWebhook = onRequest(async (request, response) => {
  await take(request.body.id).catch((error) => (error.code === 6 ? take(request.body.id) : Promise.reject(error)));
  response.json({});
});
`;

export interface MoveFleet {
  readonly folder: string;
  run(args: readonly string[], options?: Pick<RunOptions, "started">): Promise<Ran>;
  /** The sandbox's own routes, and those of Google and Stripe. */
  ask(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  /** Has Stripe send so many events; resolves to their ids when each was tried at least once. */
  send(count: number): Promise<string[]>;
  endpoint(): Promise<Record<string, unknown>>;
  lead(url: string): Promise<void>;
  /** How often each event took effect. */
  effects(): Promise<Map<string, number>>;
  deliveries(): Promise<DeliveryRow[]>;
  /** Regions in which the function is live. */
  live(): Promise<string[]>;
  advance(ms: number): Promise<void>;
  manifest(): string;
  /** All lines of all journals. */
  journals(): string;
  close(): Promise<void>;
}

export const addressIn = (region: string): string =>
  `https://${region}-${project}.cloudfunctions.net/stripeWebhook?key=${marked}`;

/** One webhook with a ledger, deployed to europe-west1, and a Stripe endpoint that leads there. */
export async function openMoveFleet(pulumiRoot: string, journal: string | null = null): Promise<MoveFleet> {
  const folder = mkdtempSync(join(tmpdir(), "regions-move-"));
  const env = { REGIONS_PULUMI_ROOT: pulumiRoot };
  mkdirSync(join(folder, "functions/lib"), { recursive: true });
  symlinkSync(join(import.meta.dirname, "../../../node_modules"), join(folder, "node_modules"), "junction");
  const dependencies = { "@google-cloud/firestore": "*", "firebase-functions": "*" };
  const own = { name: "functions", type: "module", main: "lib/index.js", dependencies };
  writeFileSync(join(folder, "functions/package.json"), JSON.stringify(own));
  writeFileSync(join(folder, "functions/lib/index.js"), code);
  writeFileSync(join(folder, "regions.yaml"), manifestWith(journal));
  await run(["sandbox", "reset", "--empty"], { cwd: folder });
  const sandbox = spawn(process.execPath, [bundle, "sandbox"], { cwd: folder, env: bareEnvironment(), stdio: "pipe" });
  await new Promise((resolve) => sandbox.stdout?.once("data", resolve));
  sandbox.stderr?.resume();
  const server = JSON.parse(readFileSync(join(folder, ".regions/sandbox/server.json"), "utf8"));
  const base = `http://127.0.0.1:${server.port}`;

  async function ask(method: string, path: string, body?: object | string): Promise<Record<string, unknown>> {
    const isForm = typeof body === "string";
    const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
    const response = await fetch(`${base}/${path}`, {
      method,
      headers: { authorization: `Bearer ${server.token}`, "content-type": type },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
  const deployed = await run(["deploy", "--yes"], { cwd: folder, env });
  if (deployed.code !== 0) {
    await end(sandbox);
    throw new Error(`the fleet was not deployed: ${deployed.stdout}${deployed.stderr}`);
  }
  const wanted = form({ url: addressIn("europe-west1"), "enabled_events[0]": "customer.created" });
  const { id } = await ask("POST", "v1/webhook_endpoints", wanted);
  const endpointPath = `v1/webhook_endpoints/${String(id)}`;
  let sent = 0;

  return {
    folder,
    ask,
    run: (args, options = {}) => run(args, { cwd: folder, env, ...options }),
    async send(count) {
      const before = new Set(await idsOf());
      await Promise.all(
        Array.from({ length: count }, () => {
          sent += 1;
          return ask("POST", "v1/customers", form({ email: `client-${sent}@acme.example` }));
        }),
      );
      await ask("POST", "_sandbox/clock", { advanceMs: 0 });
      return (await idsOf()).filter((event) => !before.has(event));
    },
    endpoint: () => ask("GET", endpointPath),
    async lead(url) {
      await ask("POST", endpointPath, form({ url }));
    },
    async effects() {
      const path = `firestore.googleapis.com/v1/projects/${project}/databases/(default)/documents:runQuery`;
      const rows = (await ask("POST", path, {
        structuredQuery: { from: [{ collectionId: "effects" }] },
      })) as unknown as { document?: { name: string; fields: { count: { integerValue: string } } } }[];
      return new Map(
        rows.flatMap(({ document }) =>
          document === undefined
            ? []
            : [[document.name.split("/").at(-1) ?? "", Number(document.fields.count.integerValue)]],
        ),
      );
    },
    async deliveries() {
      return (await ask("GET", "_sandbox/deliveries?sender=stripe")).deliveries as DeliveryRow[];
    },
    async live() {
      const path = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/-/functions`;
      const { functions = [] } = (await ask("GET", path)) as { functions?: { name: string }[] };
      return functions.map(({ name }) => name.split("/")[3] ?? "").sort();
    },
    async advance(ms) {
      await ask("POST", "_sandbox/clock", { advanceMs: ms });
    },
    manifest: () => readFileSync(join(folder, "regions.yaml"), "utf8"),
    journals() {
      const moves = join(folder, ".regions/sandbox/moves");
      const files = readdirSync(moves).filter((name) => name.endsWith(".jsonl"));
      return files.map((name) => readFileSync(join(moves, name), "utf8")).join("");
    },
    async close() {
      await end(sandbox);
      rmSync(folder, { recursive: true, force: true });
    },
  };

  async function idsOf(): Promise<string[]> {
    const ids: string[] = [];
    for (let after = ""; ; ) {
      const page = await ask("GET", `v1/events?limit=100${after === "" ? "" : `&starting_after=${after}`}`);
      const data = page.data as { id: string }[];
      ids.push(...data.map((event) => event.id));
      after = data.at(-1)?.id ?? "";
      if (page.has_more !== true) return ids;
    }
  }
}

async function end(sandbox: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => sandbox.once("close", resolve));
  sandbox.kill("SIGINT");
  await ended;
}

/** All files of a folder with their text, by path. */
export function filesBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name);
      if (entry.name === "node_modules") continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.set(path.slice(folder.length + 1), readFileSync(path, "latin1"));
    }
  };
  walk(folder);
  return found;
}
