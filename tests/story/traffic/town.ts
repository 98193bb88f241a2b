import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { Firestore } from "@google-cloud/firestore";
import Stripe from "stripe";
import { startAuthStandIn } from "../../../bench/load-auth.ts";
import type { Seed } from "../../../src/sandbox/seed.ts";
import { loadSeed } from "../../../src/sandbox/seeds.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/server.ts";
import { folderBlobs } from "../../../src/sandbox/state/blobs.ts";
import { bareEnvironment, bundle, type Ran, run } from "../../cli/run.ts";
import { deployedAs, type FunctionName } from "../../flows/fleet-code.ts";
import { accepted, secretPath, telegramBot, west3 } from "../../flows/project.ts";
import { ask } from "../../sandbox/client.ts";
import { copyOfTheFleet } from "../copy.ts";
import { manifest, root } from "../fleet.ts";
import { cutFleet, cutSeed, takingPart } from "./cut.ts";
import { oldArchive, watchLedger } from "./watched-code.ts";

/** Whom functions act as that the Firebase CLI has deployed. */
export const defaultAccount = "481516234200-compute@developer.gserviceaccount.com";

/** The story on the day it starts, with code in every copy that is live, in a project folder of its own. */
export interface Town {
  readonly folder: string;
  readonly project: string;
  /** "http://127.0.0.1:PORT" of the sandbox. */
  readonly base: string;
  readonly db: Firestore;
  readonly stripe: Stripe;
  /** `regions`, as a person types it in the folder. */
  regions(...args: readonly string[]): Promise<Ran>;
  /** The sandbox's own routes, and those of Google and the providers. Throws what was refused. */
  ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * @param env of `regions`, by the project's folder, beside the bare environment of tests
 * @param whole all 423 functions of the reference fleet, or those that take part
 * @param prepare changes the project before anything of it is deployed
 */
export async function openTown(
  env: (folder: string) => Readonly<Record<string, string>>,
  whole: boolean,
  prepare: (folder: string) => void = () => {},
): Promise<Town> {
  const folder = copyOfTheFleet("traffic");
  const auth = await startAuthStandIn();
  let server: ChildProcess | null = null;
  async function close(): Promise<void> {
    if (server !== null) await end(server);
    await auth.close();
    rmSync(folder, { recursive: true, force: true });
  }
  try {
    for (const part of ["package.json", "package-lock.json"]) cpSync(join(root, part), join(folder, part));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const codebase = join(folder, "src/functions");
    watchLedger(codebase);
    let seed = await loadSeed("story");
    if (!whole) {
      cutFleet(folder, takingPart());
      seed = cutSeed(seed, takingPart());
    }
    prepare(folder);
    const stripeKey = await beforeTheStory(folder, seed);
    await putCode(folder, oldArchive(codebase));
    server = spawn(process.execPath, [bundle, "sandbox"], {
      cwd: folder,
      env: { ...bareEnvironment(), FIREBASE_AUTH_EMULATOR_HOST: auth.address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await new Promise((resolve) => server?.stdout?.once("data", resolve));
    server.stderr?.resume();
    return { ...(await reach(folder, env(folder), stripeKey)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function reach(
  folder: string,
  env: Readonly<Record<string, string>>,
  stripeKey: string,
): Promise<Omit<Town, "close">> {
  const { port, token } = JSON.parse(readFileSync(join(folder, ".regions/sandbox/server.json"), "utf8"));
  const base = `http://127.0.0.1:${port}`;
  async function demand(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await ask({ base, token }, method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  process.env.FIRESTORE_EMULATOR_HOST = String((await demand("GET", "_sandbox/firestore")).host);
  const { project } = manifest.environment;
  return {
    folder,
    project,
    base,
    db: new Firestore({ projectId: project }),
    stripe: new Stripe(stripeKey, { host: "127.0.0.1", port, protocol: "http", maxNetworkRetries: 0 }),
    regions: (...args) => run(args, { cwd: folder, env }),
    ask: demand,
  };
}

/** What whoever set the project up has done: values of secrets, who may read them, the bot's webhook. Resolves to Stripe's key. */
async function beforeTheStory(folder: string, seed: Seed): Promise<string> {
  const sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed, root: folder });
  try {
    const body = { url: `${west3}/telegramChatterBotWebhook`, secret_token: telegramBot.secret };
    await accepted(ask(sandbox, "POST", `api.telegram.org/bot${telegramBot.token}/setWebhook`, body));
    const { body: made } = await ask(sandbox, "GET", "_sandbox/secrets");
    const values: Record<string, string> = {
      PAYPAL_CLIENT_ID: "none",
      PAYPAL_CLIENT_SECRET: "none",
      STRIPE_SECRET_KEY: sandbox.access.stripe,
      STRIPE_WEBHOOK_SECRET: Object.values(made.stripe as Record<string, string>).join(),
      TELEGRAM_BOT_NAME: telegramBot.username,
      TELEGRAM_BOT_TOKEN: telegramBot.token,
      TELEGRAM_WEBHOOK_SECRET: telegramBot.secret,
      TWILIO_ACCOUNT_SID: sandbox.access.twilio.account,
      TWILIO_AUTH_TOKEN: sandbox.access.twilio.token,
    };
    for (const [id, value] of Object.entries(values)) await keepSecret(sandbox, id, value);
    // As the Firebase CLI has granted it: for triggers, jobs and queues, which call in the name of this account.
    const roles = ["roles/run.invoker", "roles/eventarc.eventReceiver"];
    const bindings = roles.map((role) => ({ role, members: [`serviceAccount:${defaultAccount}`] }));
    const project = `cloudresourcemanager.googleapis.com/v1/projects/${sandbox.project}`;
    await accepted(ask(sandbox, "POST", `${project}:setIamPolicy`, { policy: { bindings } }));
    return sandbox.access.stripe;
  } finally {
    await sandbox.close();
  }
}

async function keepSecret(sandbox: Sandbox, id: string, value: string): Promise<void> {
  const payload = { data: Buffer.from(value).toString("base64") };
  await accepted(ask(sandbox, "POST", `${secretPath(id)}:addVersion`, { payload }));
  const bindings = [{ role: "roles/secretmanager.secretAccessor", members: [`serviceAccount:${defaultAccount}`] }];
  await accepted(ask(sandbox, "POST", `${secretPath(id)}:setIamPolicy`, { policy: { bindings } }));
}

interface KeptFunction {
  readonly buildConfig: { readonly source: { readonly storageSource: { readonly generation: string } } };
  readonly serviceConfig: Record<string, unknown>;
  readonly eventTrigger?: Record<string, unknown>;
}

/**
 * Puts an archive behind every live copy, with its variables, secrets and retries, in the sandbox's file: two copies run on
 * a runtime that Google deploys no longer, so that no API could bring it there on the day of the story.
 */
async function putCode(folder: string, archive: Buffer): Promise<void> {
  const home = join(folder, ".regions/sandbox");
  const digest = await folderBlobs(home).put(archive);
  const file = join(home, "state.json");
  const state = JSON.parse(readFileSync(file, "utf8")) as {
    story: unknown;
    readonly functions: Readonly<Record<string, KeptFunction>>;
    readonly sources: Record<string, string>;
  };
  const variables = parseEnv(readFileSync(join(folder, "src/functions/.env"), "utf8")) as Record<string, string>;
  const names = [...manifest.functions.keys()] as FunctionName[];
  const declared = new Map((await deployedAs(names, variables)).map((one) => [one.id, one]));
  for (const [name, { buildConfig, serviceConfig, eventTrigger }] of Object.entries(state.functions)) {
    state.sources[buildConfig.source.storageSource.generation] = digest;
    const { service, eventTrigger: trigger } = declared.get(name.split("/").at(-1) ?? "") ?? {};
    const { environmentVariables, secretEnvironmentVariables = [] } = (service ?? {}) as Record<string, object>;
    serviceConfig.environmentVariables = { ...(serviceConfig.environmentVariables as object), ...environmentVariables };
    serviceConfig.secretEnvironmentVariables = (secretEnvironmentVariables as readonly object[]).map((one) => {
      return { ...one, projectId: manifest.environment.project };
    });
    if (eventTrigger !== undefined) {
      eventTrigger.retryPolicy = (trigger as { retryPolicy?: string } | undefined)?.retryPolicy;
    }
  }
  // It is no longer what the sandbox would make anew where the story has changed.
  state.story = null;
  writeFileSync(file, JSON.stringify(state));
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("close", resolve));
  server.kill("SIGINT");
  await ended;
}
