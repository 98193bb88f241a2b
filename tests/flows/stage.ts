import { Firestore } from "@google-cloud/firestore";
import Stripe from "stripe";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { type AuthEmulator, startAuthEmulator } from "../browser/auth-emulator.ts";
import { ask } from "../sandbox/client.ts";
import { deployCode } from "../sandbox/deployed-code.ts";
import type { DeliveryRow } from "../sandbox/senders/sandbox.ts";
import { root } from "../story/fleet.ts";
import { deployedAs, type FunctionName, fleetArchive, regionOf } from "./fleet-code.ts";

export const project = "demo-regions";
const west3 = `https://europe-west3-${project}.cloudfunctions.net`;
export const callApplication = "AP5e1c9a70d3b84f6296c1d2e8f7a40b13";
export const callerNumber = "+33186260440";
export const telegramBot = {
  username: "LawyersAbroadChatterBot",
  token: "7254018836:sandbox-only-0000000000000000000000",
  /** What Telegram proves itself with. */
  secret: "telegram-secret",
};

/** The project after the move: holders name the regions of regions.yaml, and nothing is deployed yet. */
const seed: Seed = {
  ...emptySeed,
  twilio: {
    ...emptySeed.twilio,
    numbers: [
      {
        sid: "PN7c40b95e2d1f4a86b3e09d5c61a8f247",
        phoneNumber: callerNumber,
        friendlyName: "Bookings",
        voiceUrl: `${west3}/twilioCallWebhook`,
        statusCallback: `${west3}/twilioConferenceWebhook`,
      },
    ],
    applications: [
      {
        sid: callApplication,
        friendlyName: "Legs of booked calls",
        voiceUrl: `${west3}/twilioAmdTwiml`,
        statusCallback: `${west3}/twilioConferenceWebhook`,
      },
    ],
  },
  telegram: { bots: [{ id: 7254018836, username: telegramBot.username, token: telegramBot.token, webhook: null }] },
};

export interface Person {
  readonly uid: string;
  /** Of the Auth emulator; null for nobody. */
  readonly idToken: string;
}

export interface Stage {
  readonly sandbox: Sandbox;
  /** A server's client of the sandbox's Firestore. */
  readonly db: Firestore;
  readonly stripe: Stripe;
  /** Host and port of the Auth emulator, for pages. */
  readonly authAddress: string;
  /** Signs up at the Auth emulator, as a page does. */
  signUp(email: string, claims?: object): Promise<Person>;
  /** Calls a callable where regions.yaml says it is, as the generated client does; answers `result`, or throws what it refused with. */
  call(name: FunctionName, who: Person, data: object): Promise<Record<string, unknown>>;
  /** Claims that an account of the Auth emulator has. */
  claims(uid: string): Promise<unknown>;
  admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  deliveries(query?: string): Promise<DeliveryRow[]>;
  /** Waits until nothing is on its way to deployed code, with the clock put forward to what is due within `ms`. */
  settle(ms?: number): Promise<void>;
  /** Requests that reached copies over the network, as `europe-west3 createPaymentIntent 200`, in their order. */
  requests(): string[];
  close(): Promise<void>;
}

/** Google, Stripe, Twilio, Telegram and Auth, with these functions of the fleet's real code deployed and running. */
export async function openStage(names: readonly FunctionName[]): Promise<Stage> {
  // Before there is any connection: the build holds this process up for longer than an idle one is kept.
  const archive = fleetArchive();
  const auth = await startAuthEmulator(project);
  try {
    return await openBeside(auth, archive, names);
  } catch (error) {
    // Nobody else would end it: the test that failed has no stage to close.
    await auth.close();
    throw error;
  }
}

async function openBeside(auth: AuthEmulator, archive: Buffer, names: readonly FunctionName[]): Promise<Stage> {
  // Deployed code finds the emulator by it, as it does for whoever starts the sandbox.
  process.env.FIREBASE_AUTH_EMULATOR_HOST = auth.address;
  // There is no machine of Google's to ask for credentials.
  process.env.METADATA_SERVER_DETECTION = "none";
  const sandbox = await startSandbox({ folder: null, seed, root });
  async function admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await ask(sandbox, method, `_sandbox/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  const { hostname, port } = new URL(sandbox.base);
  const stripe = new Stripe(sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
  const endpoint = await stripe.webhookEndpoints.create({
    url: `${west3}/stripeWebhook`,
    enabled_events: [
      "payment_intent.amount_capturable_updated",
      "payment_intent.succeeded",
      "payment_intent.canceled",
      "payment_intent.payment_failed",
      "customer.subscription.created",
      "customer.subscription.updated",
      "customer.subscription.deleted",
      "invoice.paid",
      "invoice.payment_failed",
    ],
  });
  const ofProviders = await stripe.webhookEndpoints.create({
    url: `${west3}/stripeWebhook`,
    enabled_events: ["account.updated"],
    connect: true,
  });
  const secrets: Record<string, string> = {
    STRIPE_SECRET_KEY: sandbox.access.stripe,
    STRIPE_WEBHOOK_SECRET: `${endpoint.secret},${ofProviders.secret}`,
    TWILIO_ACCOUNT_SID: sandbox.access.twilio.account,
    TWILIO_AUTH_TOKEN: sandbox.access.twilio.token,
    TELEGRAM_BOT_NAME: telegramBot.username,
    TELEGRAM_BOT_TOKEN: telegramBot.token,
    TELEGRAM_WEBHOOK_SECRET: telegramBot.secret,
  };
  const members = [`serviceAccount:${seed.projectNumber}-compute@developer.gserviceaccount.com`];
  const bindings = [{ role: "roles/secretmanager.secretAccessor", members }];
  for (const [id, value] of Object.entries(secrets)) {
    const secret = `secretmanager.googleapis.com/v1/projects/${project}/secrets/${id}`;
    const payload = { data: Buffer.from(value).toString("base64") };
    await accepted(ask(sandbox, "POST", `${secret}:addVersion`, { payload }));
    await accepted(ask(sandbox, "POST", `${secret}:setIamPolicy`, { policy: { bindings } }));
  }
  if (names.includes("executeScheduledCall")) {
    const queues = `projects/${project}/locations/${regionOf("executeScheduledCall")}/queues`;
    const name = `${queues}/executeScheduledCall`;
    const retryConfig = { maxAttempts: 3, minBackoff: "30s" };
    await accepted(ask(sandbox, "POST", `cloudtasks.googleapis.com/v2/${queues}`, { name, retryConfig }));
  }
  const variables = {
    CALL_TASKS_REGION: regionOf("executeScheduledCall"),
    TWILIO_CALL_APPLICATION: callApplication,
    TWILIO_CALLER_NUMBER: callerNumber,
    TWILIO_PUBLIC_ADDRESSES: west3,
  };
  await deployCode(sandbox, archive, await deployedAs(names, variables));
  process.env.FIRESTORE_EMULATOR_HOST = await sandbox.firestoreHost();
  const db = new Firestore({ projectId: project });
  const identity = `http://${auth.address}/identitytoolkit.googleapis.com/v1`;
  async function identify(path: string, body: object, owner: boolean): Promise<Record<string, unknown>> {
    const headers = { "content-type": "application/json", ...(owner ? { authorization: "Bearer owner" } : {}) };
    const answer = await fetch(`${identity}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }
  return {
    sandbox,
    db,
    stripe,
    authAddress: auth.address,
    admin,
    async signUp(email, claims) {
      const password = "correct horse";
      const made = await identify("accounts:signUp?key=any", { email, password, returnSecureToken: true }, false);
      const uid = String(made.localId);
      if (claims === undefined) return { uid, idToken: String(made.idToken) };
      await identify(
        `projects/${project}/accounts:update`,
        { localId: uid, customAttributes: JSON.stringify(claims) },
        true,
      );
      const again = { email, password, returnSecureToken: true };
      const { idToken } = await identify("accounts:signInWithPassword?key=any", again, false);
      return { uid, idToken: String(idToken) };
    },
    async claims(uid) {
      const found = await identify(`projects/${project}/accounts:lookup`, { localId: [uid] }, true);
      const [user] = found.users as unknown as { customAttributes?: string }[];
      return JSON.parse(user?.customAttributes ?? "{}") as unknown;
    },
    async call(name, who, data) {
      const answer = await fetch(`${sandbox.base}/${project}/${regionOf(name)}/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${who.idToken}` },
        body: JSON.stringify({ data }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${text}`);
      return (JSON.parse(text) as { result: Record<string, unknown> }).result;
    },
    async deliveries(query = "") {
      return (await admin("GET", `deliveries${query}`)).deliveries as DeliveryRow[];
    },
    async settle(ms = 0) {
      await admin("POST", "clock", { advanceMs: ms });
    },
    requests() {
      return sandbox.log
        .entries()
        .filter(({ host }) => host?.endsWith(".cloudfunctions.net"))
        .map(({ host, path, status }) => `${placeOf(`https://${host}${path}`)} ${status}`);
    },
    async close() {
      await db.terminate();
      await sandbox.close();
      await auth.close();
    },
  };
}

async function accepted(asked: ReturnType<typeof ask>): Promise<void> {
  const answer = await asked;
  if (answer.status !== 200) throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** The parts of a URL of a copy that say where it runs: `europe-west3 stripeWebhook`. */
export function placeOf(url: string): string {
  const [, region, name] = /^https:\/\/([a-z]+-[a-z]+\d+)-demo-regions\.cloudfunctions\.net\/(\w+)/.exec(url) ?? [];
  if (region === undefined) throw new Error(`not the address of a copy: ${url}`);
  return `${region} ${name}`;
}
