import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { archiveOf, deployCode } from "../sandbox/deployed-code.ts";
import { type Ran, run } from "./run.ts";

/* Rehearsals on the real process: test events go where nobody depends on anything, and nowhere else. */

const [west1, west3] = ["europe-west1", "europe-west3"];
const project = "acme-staging";
const minutes = 60_000;
const address = (name: string, region: string) => `https://${region}-${project}.cloudfunctions.net/${name}`;

const manifest = `version: 1
defaultEnvironment: sandbox
environments:
  sandbox: { project: ${project}, endpoint: sandbox }
  plain: { project: acme-plain }
  staging: { project: acme-tests, rehearsals: true, stripe: { key: "env:STRIPE_KEY" } }
  shared: { project: acme-prod, rehearsals: true }
  production: { project: acme-prod, rehearsals: true }
  other: { project: acme-prod }
regions: { europe-west1: {}, europe-west3: {} }
classes: { payments: { region: europe-west1, allow: [europe-west3] } }
codebases:
  default: { source: functions }
defaults: { runtime: nodejs22, maxInstances: 2 }
functions:
  stripeWebhook: { class: payments, trigger: https, holders: [stripe] }
  voiceWebhook: { class: payments, trigger: https, holders: [twilio] }
  deafWebhook: { class: payments, trigger: https, holders: [twilio] }
  getQuote: { class: payments, trigger: callable }
`;

/** Twilio's own rule: over the whole address and the sorted fields. The sandbox's auth token is no secret. */
const code = `const { createHmac } = require("node:crypto");
exports.stripeWebhook = (request, response) => response.json({ received: request.body.type });
exports.voiceWebhook = (request, response) => {
  const text = Object.keys(request.body).sort().map((name) => name + request.body[name]).join("");
  const wanted = createHmac("sha1", "sandbox").update("${address("voiceWebhook", west3)}" + text).digest("base64");
  response.status(request.get("x-twilio-signature") === wanted ? 200 : 403).end();
};
exports.deafWebhook = (request, response) => response.status(403).end();
exports.getQuote = (request, response) => response.status(401).json({ error: { status: "UNAUTHENTICATED" } });
`;
const source = `import { onCall, onRequest } from "firebase-functions/v2/https";
const answer = (request, response) => response.end();
export const stripeWebhook = onRequest(answer);
export const voiceWebhook = onRequest(answer);
export const deafWebhook = onRequest(answer);
export const getQuote = onCall(() => 1);
`;

const names = ["stripeWebhook", "voiceWebhook", "deafWebhook", "getQuote"];
let folder = "";
let sandbox: Sandbox;

async function ask(method: string, path: string, body?: object | string): Promise<Record<string, unknown>> {
  const isForm = typeof body === "string";
  const response = await fetch(`${sandbox.base}/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.token}`,
      "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  expect([path, response.ok]).toEqual([path, true]);
  return (await response.json()) as Record<string, unknown>;
}

const regions = (args: readonly string[], env: Record<string, string> = {}): Promise<Ran> =>
  run(["migrate", ...args], { cwd: folder, env });
const move = (name: string) => [name, "--to", west3, "--from", west1, "--yes", "--accept-unproven", "a rehearsal"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "regions-rehearse-"));
  mkdirSync(join(folder, "functions"));
  writeFileSync(join(folder, "functions/package.json"), '{ "type": "module", "main": "index.js" }');
  writeFileSync(join(folder, "functions/index.js"), source);
  writeFileSync(join(folder, "regions.yaml"), manifest);
  const account = "AC00000000000000000000000000000001";
  const number = (sid: string, phoneNumber: string, name: string) => ({
    sid,
    phoneNumber,
    friendlyName: phoneNumber,
    voiceUrl: address(name, west1),
  });
  const twilio = {
    ...emptySeed.twilio,
    account,
    numbers: [
      number("PN00000000000000000000000000000001", "+33186260440", "voiceWebhook"),
      number("PN00000000000000000000000000000002", "+33186260441", "deafWebhook"),
    ],
  } as Seed["twilio"];
  sandbox = await startSandbox({
    folder: join(folder, ".regions/sandbox"),
    seed: { ...emptySeed, project, twilio },
  });
  const copies = names.flatMap((id) => [west1, west3].map((region) => ({ id, region })));
  await deployCode(sandbox, archiveOf({ "index.js": code }), copies);
  for (const region of [west1, west3]) {
    const path = `cloudfunctions.googleapis.com/v2/projects/${project}/locations/${region}/functions/getQuote`;
    await ask("PATCH", `${path}?updateMask=labels`, { labels: { "deployment-callable": "true" } });
    await ask("GET", path);
  }
  const fields = { url: address("stripeWebhook", west1), "enabled_events[0]": "customer.created" };
  await ask("POST", "v1/webhook_endpoints", new URLSearchParams(fields).toString());
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("refuses every environment that may be somebody's, before it looks at anything", async () => {
  const refused = async (environment: string, env: Record<string, string> = {}) => {
    const { code, stderr } = await regions([...move("stripeWebhook"), "--rehearse", "--env", environment], env);
    return [code, /is not one to rehearse in: (.*)\.$/m.exec(stderr)?.[1] ?? stderr];
  };
  expect(await refused("plain")).toEqual([2, "nothing says that no customer depends on it"]);
  expect(await refused("production")).toEqual([2, "its name says that it is what customers use"]);
  expect(await refused("shared")).toEqual([2, "environment other is in the same project, acme-prod"]);
  expect(await refused("staging", { STRIPE_KEY: "sk_live_MARKED" })).toEqual([
    2,
    "its Stripe key is not one of test mode (sk_test_, rk_test_)",
  ]);
});

it("sends what production would send, waits ten minutes in place of days, and tells the way back", async () => {
  const begun = await regions([...move("stripeWebhook"), "--rehearse"]);
  expect([begun.code, begun.stdout]).toEqual([
    5,
    expect.stringMatching(/^Waiting for 10 minutes without a request to stripeWebhook in europe-west1/),
  ]);
  const { deliveries } = await ask("GET", "_sandbox/deliveries?sender=stripe");
  expect((deliveries as { type: string; url: string; status: number }[]).map((row) => [row.type, row.url])).toEqual([
    ["customer.created", address("stripeWebhook", west3)],
  ]);
  await ask("POST", "_sandbox/clock", { advanceMs: 30 * minutes });
  const over = await regions(["resume", "--if-due"]);
  expect([over.code, over.stdout]).toEqual([
    0,
    `stripeWebhook has moved to europe-west3. Exit code 0.\nThis was a rehearsal, and regions.yaml has stripeWebhook in europe-west3 now. The way back, rehearsed too, restores that:\n  regions migrate stripeWebhook --to europe-west1 --from europe-west3 --rehearse --env sandbox\n`,
  ]);
});

it("signs as Twilio does, and fails where the copy would refuse the real ones", async () => {
  const heard = await regions([...move("voiceWebhook"), "--rehearse"]);
  expect([heard.code, heard.stdout]).toEqual([5, expect.stringMatching(/^Waiting for 10 minutes without a request/)]);
  const deaf = await regions([...move("deafWebhook"), "--rehearse"]);
  expect([deaf.code, deaf.stdout]).toEqual([
    4,
    expect.stringContaining(
      "await-request failed: deafWebhook in europe-west3 answered a request signed as Twilio's with 403: so it would answer the real ones.",
    ),
  ]);
});

it("says what people have to bring about, and sends nothing in a move that is no rehearsal", async () => {
  const call = await regions([...move("getQuote"), "--rehearse"]);
  expect([call.code, call.stdout]).toEqual([
    5,
    expect.stringMatching(/^Waiting for a call to getQuote in europe-west3 from a test client: .* answered with 401/),
  ]);
  expect((await regions(["rollback", "voiceWebhook"])).code).toBe(0);
  // Requests are counted by the minute: those of the rehearsal are of another one.
  await ask("POST", "_sandbox/clock", { advanceMs: 10 * minutes });
  expect((await regions(move("voiceWebhook"))).code).toBe(5);
  const waiting = await regions(["resume", "voiceWebhook"]);
  // "; 1 came" would stand there.
  expect([waiting.code, waiting.stdout]).toEqual([
    5,
    expect.stringMatching(/^Waiting for a first real request to voiceWebhook in europe-west3 that succeeds\. `regions/),
  ]);
});
