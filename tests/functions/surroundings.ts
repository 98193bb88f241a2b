import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FirestoreMock } from "@firebase-bridge/firestore-admin";
import type { Firestore } from "firebase-admin/firestore";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { useDatabase } from "../../src/functions/src/firestore.ts";
import { Auth } from "./doubles/auth.ts";
import { PayPal } from "./doubles/paypal.ts";
import type { Asked } from "./doubles/service.ts";
import { Stripe } from "./doubles/stripe.ts";
import { Tasks } from "./doubles/tasks.ts";
import { Telegram } from "./doubles/telegram.ts";
import { Twilio } from "./doubles/twilio.ts";

export const project = "demo-regions";
export const publicAddresses = [
  "https://europe-west3-demo-regions.cloudfunctions.net",
  "https://europe-west1-demo-regions.cloudfunctions.net",
];

const services = {
  stripe: new Stripe(),
  twilio: new Twilio(),
  telegram: new Telegram(),
  paypal: new PayPal(),
  projects: new Tasks(),
  identitytoolkit: new Auth(),
};

export const { stripe, twilio, telegram, paypal } = services;
export const tasks = services.projects;
export const auth = services.identitytoolkit;

const environment: Record<string, string> = {
  GCLOUD_PROJECT: project,
  FIREBASE_CONFIG: JSON.stringify({ projectId: project, storageBucket: `${project}.firebasestorage.app` }),
  STRIPE_SECRET_KEY: "sk_test_unused",
  STRIPE_WEBHOOK_SECRET: "whsec_first,whsec_second",
  TWILIO_ACCOUNT_SID: `AC${"a".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "twilio-token",
  TWILIO_CALL_APPLICATION: `AP${"b".repeat(32)}`,
  TWILIO_CALLER_NUMBER: "+33186260440",
  TWILIO_PUBLIC_ADDRESSES: publicAddresses.join(", "),
  TELEGRAM_BOT_NAME: "LawyersAbroadChatterBot",
  TELEGRAM_BOT_TOKEN: "1:telegram-token",
  TELEGRAM_WEBHOOK_SECRET: "telegram-secret",
  PAYPAL_CLIENT_ID: "paypal-id",
  PAYPAL_CLIENT_SECRET: "paypal-secret",
  CALL_TASKS_REGION: "europe-west3",
  FUNCTION_REGION: "europe-west3",
};

const mock = new FirestoreMock();
const controller = mock.createDatabase({ projectId: project });
let server: Server;

/** A client of the test's database; each call gives one of its own, as two copies of a function have. */
export function client(): Firestore {
  return controller.firestore();
}

export let db: Firestore;

/** Moves the database's own clock, which is what the ledger tells ages by. */
export function passTime(ms: number): void {
  mock.systemTime.offset(new Date(mock.systemTime.now().getTime() + ms));
}

beforeAll(async () => {
  Object.assign(process.env, environment);
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}`;
  process.env.STRIPE_API_BASE = `${base}/stripe`;
  process.env.TWILIO_API_BASE = `${base}/twilio`;
  process.env.TELEGRAM_API_BASE = `${base}/telegram`;
  process.env.PAYPAL_API_BASE = `${base}/paypal`;
  process.env.CLOUD_TASKS_EMULATOR_HOST = `127.0.0.1:${port}`;
  process.env.FIREBASE_AUTH_EMULATOR_HOST = `127.0.0.1:${port}`;
});

afterAll(async () => {
  useDatabase(null);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  db = client();
  useDatabase(db);
});

afterEach(() => {
  controller.reset();
  mock.systemTime.system();
  process.env.FUNCTION_REGION = "europe-west3";
  for (const service of Object.values(services)) service.reset();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const [, first = "", ...rest] = url.pathname.split("/");
  const name = first.startsWith("identitytoolkit") ? "identitytoolkit" : first;
  const service = Object.hasOwn(services, name) ? services[name as keyof typeof services] : null;
  if (service === null) {
    response.writeHead(599).end(`nobody serves ${request.method} ${url.pathname}`);
    return;
  }
  const asked: Asked = {
    method: request.method ?? "",
    path: `/${rest.join("/")}`,
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
  service.asked.push(asked);
  const answer = service.instead.shift()?.(asked) ?? service.answer(asked);
  if (answer === "drop") {
    response.destroy();
    return;
  }
  const text = answer.status === 204 ? "" : JSON.stringify(answer.body);
  response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(text);
}
