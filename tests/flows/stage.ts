import { Firestore } from "@google-cloud/firestore";
import type Stripe from "stripe";
import type { Sandbox } from "../../src/sandbox/server.ts";
import { type AuthEmulator, startAuthEmulator } from "../browser/auth-emulator.ts";
import { ask } from "../sandbox/client.ts";
import type { DeliveryRow } from "../sandbox/senders/sandbox.ts";
import { type FunctionName, fleetArchive, regionOf } from "./fleet-code.ts";
import { openFleetSandbox } from "./fleet-sandbox.ts";
import { project } from "./project.ts";

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
  /** Forgets the deliveries and requests so far. */
  mark(): Promise<void>;
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
  surround(auth);
  const { sandbox, stripe } = await openFleetSandbox(archive, names);
  return stageOn(sandbox, auth, stripe, () => sandbox.close());
}

/** What deployed code finds beside the sandbox, as it does for whoever starts one. */
export function surround(auth: AuthEmulator): void {
  process.env.FIREBASE_AUTH_EMULATOR_HOST = auth.address;
  // There is no machine of Google's to ask for credentials.
  process.env.METADATA_SERVER_DETECTION = "none";
}

/** A stage on a sandbox where the functions are deployed already, whoever has done that. `end` ends the sandbox. */
export async function stageOn(
  sandbox: Sandbox,
  auth: AuthEmulator,
  stripe: Stripe,
  end: () => Promise<void>,
): Promise<Stage> {
  let seen = 0;
  async function admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await ask(sandbox, method, `_sandbox/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
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
      const after = `${query === "" ? "?" : `${query}&`}after=${seen}`;
      return (await admin("GET", `deliveries${after}`)).deliveries as DeliveryRow[];
    },
    async mark() {
      const { deliveries } = (await admin("GET", `deliveries?after=${seen}`)) as { deliveries: { number: number }[] };
      seen = deliveries.at(-1)?.number ?? seen;
      sandbox.log.clear();
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
      await end();
      await auth.close();
    },
  };
}

/** Deliveries to these functions, wherever they run: a whole fleet has others that listen or are due meanwhile. */
export async function deliveriesTo(stage: Stage, names: readonly FunctionName[]): Promise<DeliveryRow[]> {
  const wanted: ReadonlySet<string> = new Set(names);
  return (await stage.deliveries()).filter(({ url }) => wanted.has(placeOf(url).split(" ")[1] ?? ""));
}

/** The parts of a URL of a copy that say where it runs: `europe-west3 stripeWebhook`. */
export function placeOf(url: string): string {
  const [, region, name] = /^https:\/\/([a-z]+-[a-z]+\d+)-demo-regions\.cloudfunctions\.net\/(\w+)/.exec(url) ?? [];
  if (region === undefined) throw new Error(`not the address of a copy: ${url}`);
  return `${region} ${name}`;
}
