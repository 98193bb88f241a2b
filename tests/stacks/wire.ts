import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runDiscovery } from "../../src/sources/declared/discovery/run.ts";
import { findSdk } from "../../src/sources/declared/discovery/sdk.ts";

const root = join(import.meta.dirname, "../..");

/** What the SDK's own discovery writes of a codebase that consists of these files (lib/index.js is its entry). */
export async function wireOf(
  files: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>> = {},
  projectId = "acme-prod",
) {
  const folder = mkdtempSync(join(tmpdir(), "regions-wire-"));
  try {
    const packageJson = JSON.stringify({ name: "functions", type: "module", main: "lib/index.js" });
    for (const [path, text] of Object.entries({ "package.json": packageJson, ...files })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    const sdk = findSdk(folder, "functions");
    if (sdk.kind === "missing") throw new Error(sdk.reason);
    const signal = new AbortController().signal;
    const answer = await runDiscovery({ sdk, folder, projectId, env: values, patienceMs: 30_000, signal });
    if (answer.kind === "failed") throw new Error(answer.reason);
    return JSON.parse(answer.text) as unknown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One function of every kind that can be deployed, of both generations. */
export const everyKind = `
import * as v1 from "firebase-functions/v1";
import { onRequest, onCall } from "firebase-functions/v2/https";
import { onSchedule } from "firebase-functions/v2/scheduler";
import { onTaskDispatched } from "firebase-functions/v2/tasks";
import { onDocumentCreated } from "firebase-functions/v2/firestore";
import { onObjectFinalized } from "firebase-functions/v2/storage";
import { onMessagePublished } from "firebase-functions/v2/pubsub";
import { defineInt, defineSecret, defineString } from "firebase-functions/params";

const stripeKey = defineSecret("STRIPE_KEY");
const concurrency = defineInt("WEBHOOK_CONCURRENCY", { default: 20 });
const zone = defineString("ZONE", { default: "Europe/Paris" });

export const webhook = onRequest({ secrets: [stripeKey], concurrency, cpu: 1, timeoutSeconds: 120 }, () => {});
export const internal = onRequest({ invoker: "private", ingressSettings: "ALLOW_INTERNAL_ONLY" }, () => {});
export const partner = onRequest({ invoker: ["caller@", "ops@acme.example"] }, () => {});
export const pay = onCall({ secrets: [stripeKey], labels: { team: "payments" } }, () => ({}));
export const nightly = onSchedule(
  { schedule: "every day 03:00", timeZone: zone, retryCount: 2, minBackoffSeconds: 30, timeoutSeconds: 540 },
  () => {},
);
export const charge = onTaskDispatched(
  { retryConfig: { maxAttempts: 5, minBackoffSeconds: 60 }, rateLimits: { maxConcurrentDispatches: 6 } },
  () => {},
);
export const created = onDocumentCreated({ document: "orders/{order}", retry: true }, () => {});
export const uploaded = onObjectFinalized({ bucket: "acme-photos" }, () => {});
export const heard = onMessagePublished("orders", () => {});
export const grouped = { ping: onCall(() => ({})) };

export const oldCall = v1.runWith({ memory: "512MB", timeoutSeconds: 90 }).https.onCall(() => ({}));
export const oldNightly = v1.pubsub.schedule("0 3 * * *").timeZone("Europe/Paris").onRun(() => null);
export const oldCreated = v1.runWith({ failurePolicy: true }).firestore.document("orders/{order}").onCreate(() => null);
export const oldCharge = v1.tasks.taskQueue({ retryConfig: { maxAttempts: 4 } }).onDispatch(() => {});
`;
