import { fork, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import type { SeedChoice } from "../../src/sandbox/seeds.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { packCodebase } from "../../src/stacks/archive/pack.ts";
import type { ZipEntry } from "../../src/stacks/archive/zip.ts";
import type { Engine } from "../../src/stacks/engine/judge.ts";
import type { FleetInput } from "../../src/stacks/plan/fleet.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import type { FleetPlan } from "../../src/stacks/resource.ts";
import { type OpenStack, openStack, type Site } from "../../src/stacks/run.ts";
import { engineRoom } from "../engine/engine.ts";
import { everyKindManifest } from "./fleet.ts";

/** A sandbox, a provider that writes to it, and a stack of the environment "sandbox": real but for Google. */
export interface Room {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly site: Site;
  readonly stack: OpenStack;
  readonly signal: AbortSignal;
  /** The plan of an input whose archive lies in the room. */
  readonly plan: (input: FleetInput, source?: string) => FleetPlan;
  /** Requests that changed something, since the last call. */
  readonly writes: () => string[];
  /** Calls of Cloud Functions as somebody else than the deployer would make them. */
  readonly get: (path: string) => Promise<Record<string, unknown>>;
  readonly patch: (path: string, body: unknown) => Promise<unknown>;
  /** A function of somebody else, in europe-west1, and its end. */
  readonly create: (name: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
  /** What the project holds, without what Google makes up. */
  readonly inventory: () => Promise<Inventory>;
  readonly close: () => Promise<void>;
}

export interface Inventory {
  readonly functions: readonly string[];
  readonly jobs: readonly string[];
  readonly queues: readonly string[];
  readonly alerts: readonly string[];
  readonly dashboards: readonly string[];
  readonly topics: readonly string[];
}

const project = "demo-regions";

/** A project with what the codebase of every kind needs, and nothing deployed. */
export const everyKindSeed: Seed = {
  ...emptySeed,
  secrets: ["STRIPE_KEY"],
  databases: [{ id: "(default)", location: "eur3" }],
  buckets: [{ name: "acme-photos", location: "EUROPE-WEST1" }],
};

/** The manifest for it: without accounts of others, which the project does not have, and on a runtime that Google builds. */
export const everyKindText = everyKindManifest
  .replace("production: { project: acme-prod }", "sandbox: { project: demo-regions }")
  .replaceAll("nodejs20", "nodejs22")
  .replace("  partner: core\n", "")
  .replace("from: partner, to: oldCharge", "from: grouped-ping, to: oldCharge");

export async function openRoom(engine: Engine, seed: SeedChoice, options: Partial<Site> = {}): Promise<Room> {
  const { folder, overlay, remove } = engineRoom(engine);
  const sandbox = await startSandbox({ folder: null, seed });
  const provider: RunningProvider = await startProvider({ endpoint: sandbox.base, token: sandbox.token, project });
  const { PULUMI_BACKEND_URL, ...variables } = overlay;
  const site: Site = {
    engine,
    environment: "sandbox",
    projectName: "regions",
    folder: join(folder, "site"),
    backend: null,
    variables: { ...variables, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}` },
    keepsEveryStep: true,
    policyPack: null,
    parallel: () => 8,
    ...options,
  };
  const call = async (host: string, path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" };
    const response = await fetch(`${sandbox.base}/${host}/${path}`, { ...init, headers });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const west1 = `v2/projects/${project}/locations/europe-west1/functions`;
  const named = async (host: string, path: string, key: string, name: string): Promise<string[]> => {
    const items = (await call(host, path))[key];
    return (Array.isArray(items) ? items : []).map((one) => String(one[name])).sort();
  };
  const regional = async (host: string, version: string, kind: string): Promise<string[]> => {
    const regions = ["europe-west1", "europe-west2", "europe-west3", "us-central1"];
    const path = (region: string) => `${version}/projects/${project}/locations/${region}/${kind}?pageSize=500`;
    return (await Promise.all(regions.map((region) => named(host, path(region), kind, "name")))).flat();
  };
  return {
    get: (path) => call("cloudfunctions.googleapis.com", path),
    patch: (path, body) => call("cloudfunctions.googleapis.com", path, { method: "PATCH", body: JSON.stringify(body) }),
    create: async (name) => {
      const source = { storageSource: { bucket: "acme-photos", object: "source.zip" } };
      const storage = `upload/storage/v1/b/acme-photos/o?uploadType=media&name=source.zip`;
      await call("storage.googleapis.com", storage, { method: "POST", body: "PK" });
      const buildConfig = { runtime: "nodejs22", entryPoint: name, source };
      const body = JSON.stringify({ buildConfig, labels: { "deployment-tool": "cli-firebase" } });
      await call("cloudfunctions.googleapis.com", `${west1}?functionId=${name}`, { method: "POST", body });
    },
    remove: async (name) => {
      await call("cloudfunctions.googleapis.com", `${west1}/${name}`, { method: "DELETE" });
    },
    inventory: async () => ({
      functions: await named(
        "cloudfunctions.googleapis.com",
        `v2/projects/${project}/locations/-/functions?pageSize=1000`,
        "functions",
        "name",
      ),
      jobs: await regional("cloudscheduler.googleapis.com", "v1", "jobs"),
      queues: await regional("cloudtasks.googleapis.com", "v2", "queues"),
      alerts: await named(
        "monitoring.googleapis.com",
        `v3/projects/${project}/alertPolicies`,
        "alertPolicies",
        "displayName",
      ),
      dashboards: await named(
        "monitoring.googleapis.com",
        `v1/projects/${project}/dashboards`,
        "dashboards",
        "displayName",
      ),
      topics: await named("pubsub.googleapis.com", `v1/projects/${project}/topics`, "topics", "name"),
    }),
    sandbox,
    folder,
    site,
    stack: await openStack(site),
    signal: new AbortController().signal,
    plan: (input, source = "export {};\n") => planFleet(withArchive(input, folder, source)),
    writes: () => {
      const fresh = sandbox.log.entries().filter(({ writes }) => writes);
      sandbox.log.clear();
      return fresh.map(({ method, path }) => `${method} ${path}`);
    },
    close: async () => {
      await provider.close();
      await sandbox.close();
      remove();
    },
  };
}

/** Lets a process of its own deploy, and kills it and its engine once so many parts are done. */
export async function killDeployment(room: Room, plan: FleetPlan, parts: number): Promise<void> {
  const order = join(room.folder, "order.json");
  writeFileSync(order, JSON.stringify({ site: room.site, plan }));
  const child = fork(join(import.meta.dirname, "deploy-child.ts"), [order], { stdio: "inherit" });
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => reject(new Error("the deployment ended before it was killed")));
    child.on("message", (done) => {
      if (Number(done) < parts || child.pid === undefined) return;
      child.removeAllListeners("exit");
      const engines = spawnSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" });
      for (const pid of engines.stdout.trim().split(/\s+/)) if (pid !== "") process.kill(Number(pid), "SIGKILL");
      child.on("exit", () => resolve());
      child.kill("SIGKILL");
    });
  });
}

/** A lock as the engine's backend of files writes it. */
export function holdLock(folder: string, holder: object): void {
  const locks = join(folder, "state/.pulumi/locks/organization/regions/sandbox");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "0b8ceefa-faad-4bc2-be1a-80478cbb09b0.json"), JSON.stringify(holder));
}

function withArchive(input: FleetInput, folder: string, source: string): FleetInput {
  const text = (path: string, content: string): ZipEntry => {
    return { path, bytes: Buffer.from(content), executable: false };
  };
  const files = [text("package.json", '{"main":"index.js"}'), text("index.js", source)];
  const packed = packCodebase({ codebase: "default", files, workspace: null });
  if (packed.kind === "problems") throw new Error(packed.reasons.join("\n"));
  const { sha256, bytes } = packed.archive;
  mkdirSync(join(folder, "archives"), { recursive: true });
  const file = join(folder, "archives", `${sha256}.zip`);
  writeFileSync(file, bytes);
  const codebases = new Map(
    [...input.codebases].map(([name, codebase]) => [name, { ...codebase, archive: { sha256, file } }]),
  );
  return { ...input, codebases };
}
