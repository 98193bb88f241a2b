import { Firestore } from "@google-cloud/firestore";
import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptySeed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import type { Emulators } from "../browser/emulators.ts";
import { manifest, root } from "../story/fleet.ts";
import { startFunctionsEmulator } from "./functions-emulator.ts";

const project = "demo-regions";
const secret = "whsec_of_the_emulated_endpoint";

let sandbox: Sandbox;
let emulators: Emulators<"auth" | "functions">;
let db: Firestore;
let stripe: Stripe;

beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  sandbox = await startSandbox({ folder: null, seed: emptySeed, root });
  const host = await sandbox.firestoreHost();
  const secrets = {
    STRIPE_SECRET_KEY: sandbox.access.stripe,
    STRIPE_WEBHOOK_SECRET: secret,
    TWILIO_ACCOUNT_SID: sandbox.access.twilio.account,
    TWILIO_AUTH_TOKEN: sandbox.access.twilio.token,
    PAYPAL_CLIENT_ID: "none",
    PAYPAL_CLIENT_SECRET: "none",
    TELEGRAM_BOT_NAME: "none",
    TELEGRAM_BOT_TOKEN: "none",
    TELEGRAM_WEBHOOK_SECRET: "none",
  };
  emulators = await startFunctionsEmulator(project, host, { STRIPE_API_BASE: sandbox.base }, secrets);
  process.env.FIRESTORE_EMULATOR_HOST = host;
  db = new Firestore({ projectId: project });
  const { hostname, port } = new URL(sandbox.base);
  stripe = new Stripe(sandbox.access.stripe, { host: hostname, port, protocol: "http", maxNetworkRetries: 0 });
}, 300_000);
afterAll(async () => {
  await db?.terminate();
  await emulators?.close();
  await sandbox?.close();
}, 60_000);

const addressOf = (region: string, name: string) =>
  `http://${emulators.addresses.functions}/${project}/${region}/${name}`;

async function call(region: string, name: string, idToken: string | null, data: object) {
  const response = await fetch(addressOf(region, name), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(idToken === null ? {} : { authorization: `Bearer ${idToken}` }),
    },
    body: JSON.stringify({ data }),
  });
  const text = await response.text();
  return { status: response.status, body: response.status === 404 ? text : (JSON.parse(text) as unknown) };
}

async function signUp(email: string): Promise<{ uid: string; idToken: string }> {
  const identity = `http://${emulators.addresses.auth}/identitytoolkit.googleapis.com/v1`;
  const response = await fetch(`${identity}/accounts:signUp?key=any`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: "correct horse", returnSecureToken: true }),
  });
  expect(response.status).toBe(200);
  const { localId, idToken } = (await response.json()) as { localId: string; idToken: string };
  return { uid: localId, idToken };
}

interface Trigger {
  readonly name: string;
  readonly region: string;
  readonly entryPoint: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly schedule?: object;
  readonly taskQueueTrigger?: object;
  readonly eventTrigger?: object;
}

function kindOf({ labels = {}, schedule, taskQueueTrigger, eventTrigger }: Trigger): string {
  if (labels["deployment-callable"] === "true") return "callable";
  if (schedule !== undefined) return "scheduled";
  if (taskQueueTrigger !== undefined) return "task";
  return eventTrigger === undefined ? "https" : "event";
}

const refusal = (status: string, message: string) => ({ error: { status, message } });

describe("the fleet under Firebase's functions emulator", () => {
  const booking = { bookingId: "b1", providerId: "lea", amountCents: 4_900, currency: "eur" };
  let intent: string;

  it("is found whole: every function of regions.yaml, in its region, as what it is there", async () => {
    const response = await fetch(`http://${emulators.addresses.functions}/backends`);
    const { backends } = (await response.json()) as { backends: { functionTriggers: Trigger[] }[] };
    expect(backends).toHaveLength(1);
    const triggers = backends[0]?.functionTriggers ?? [];
    const found = triggers.map(({ region, name, entryPoint }) => `${region} ${name} ${entryPoint}`);
    const wanted = [...manifest.functions.values()].flatMap(({ name, regions }) =>
      regions.map((region) => `${region} ${name} ${name}`),
    );
    expect(wanted).toHaveLength(423);
    expect(found.sort()).toEqual(wanted.sort());
    const stated = [...manifest.functions.values()].filter(({ trigger }) => trigger !== null);
    expect(stated.length).toBeGreaterThanOrEqual(80);
    const kinds = new Map(triggers.map((row) => [row.name, kindOf(row)]));
    expect(stated.map(({ name }) => [name, kinds.get(name)])).toEqual(
      stated.map(({ name, trigger }) => [name, trigger]),
    );
  });

  it("lets a signed-in user pay in europe-west3, and nobody else, and nowhere else", async () => {
    await db.doc("providers/lea").set({ visible: true, callCents: 4_900, currency: "eur" });
    const unauthenticated = { status: 401, body: refusal("UNAUTHENTICATED", "Sign in first.") };
    expect(await call("europe-west3", "createPaymentIntent", null, booking)).toEqual(unauthenticated);
    expect(await call("europe-west3", "createPaymentIntent", "no.token.atall", booking)).toEqual({
      status: 401,
      body: refusal("UNAUTHENTICATED", "Unauthenticated"),
    });
    expect((await db.collection("bookings").get()).size).toBe(0);

    const { uid, idToken } = await signUp("anna@example.com");
    const answer = await call("europe-west3", "createPaymentIntent", idToken, booking);
    expect(answer).toEqual({
      status: 200,
      body: {
        result: {
          paymentIntentId: expect.stringMatching(/^pi_/),
          clientSecret: expect.stringMatching(/^pi_.*_secret_/),
        },
      },
    });
    intent = (answer.body as { result: { paymentIntentId: string } }).result.paymentIntentId;
    expect((await db.doc("bookings/b1").get()).get("client")).toBe(uid);
    expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({ amount: 4_900, capture_method: "manual" });

    for (const region of ["us-central1", "europe-west1", "europe-west2"]) {
      const { status, body } = await call(region, "createPaymentIntent", idToken, booking);
      expect([status, body]).toEqual([404, expect.stringContaining(`${region}-createPaymentIntent does not exist`)]);
    }
  });

  it("answers in the two other regions as well", async () => {
    const { uid, idToken } = await signUp("ben@example.com");
    await db.doc(`clients/${uid}`).set({ name: "Ben" });
    expect(await call("europe-west1", "exportOwnData", idToken, {})).toEqual({
      status: 200,
      body: { result: { clients: { name: "Ben" } } },
    });
    await db.doc(`chatter_profiles/${uid}`).set({ status: "active", country: "FR" });
    expect(await call("europe-west2", "getChatterProfile", idToken, {})).toEqual({
      status: 200,
      body: { result: { id: uid, status: "active", country: "FR" } },
    });
  });

  it("takes what Stripe signed, once, and nothing else", async () => {
    await stripe.paymentIntents.confirm(intent, { payment_method: "pm_card_visa" });
    const { data: events } = await stripe.events.list({ type: "payment_intent.amount_capturable_updated" });
    const [event] = events;
    expect(event?.data.object).toMatchObject({ id: intent, status: "requires_capture" });
    const payload = JSON.stringify(event);
    async function deliver(signedWith: string | null) {
      const signature =
        signedWith === null ? null : stripe.webhooks.generateTestHeaderString({ payload, secret: signedWith });
      const response = await fetch(addressOf("europe-west3", "stripeWebhook"), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(signature === null ? {} : { "stripe-signature": signature }),
        },
        body: payload,
      });
      return [response.status, await response.text()];
    }
    const records = () => db.collection("processed_events").where("function", "==", "stripeWebhook").get();
    expect(await deliver("whsec_forged")).toEqual([400, "signature does not fit"]);
    expect(await deliver(null)).toEqual([400, "expected a signed event"]);
    expect((await records()).size).toBe(0);
    expect((await db.doc(`payments/${intent}`).get()).get("status")).toBe("created");

    expect(await deliver(secret)).toEqual([200, '{"outcome":"done-now"}']);
    expect(await deliver(secret)).toEqual([200, '{"outcome":"done-before"}']);
    expect((await db.doc(`payments/${intent}`).get()).get("status")).toBe("authorized");
    const [record, ...others] = (await records()).docs;
    expect(others).toEqual([]);
    // The emulator tells no function where it is meant to run: there is no metadata server, and no variable says it.
    expect([record?.get("event"), record?.get("region")]).toEqual([event?.id, "unknown"]);
  });

  // The last one: nothing runs after it.
  it("ends with all of its processes when it is interrupted", async () => {
    expect(await emulators.close()).toBe(true);
    await expect(fetch(addressOf("europe-west3", "stripeWebhook"))).rejects.toThrow("fetch failed");
  });
});
