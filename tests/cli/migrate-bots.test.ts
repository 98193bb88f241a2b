import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { emptySeed } from "../../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { archiveOf, deployCode } from "../sandbox/deployed-code.ts";
import { filesBelow } from "./moving/fleet.ts";
import { type Ran, run } from "./run.ts";

/* A Telegram bot on the real process: its handler refuses what does not come with the secret token of the webhook. */

const [west1, west3] = ["europe-west1", "europe-west3"];
const token = "7254018836:MARKEDtoken_x4f81c2";
const secret = "MARKEDsecret_9e27";
const project = "acme-prod";
const address = (region: string) => `https://${region}-${project}.cloudfunctions.net/botWebhook`;

const manifest = (telegram: string): string => `version: 1
environments:
  sandbox: { project: ${project}, endpoint: sandbox${telegram} }
regions: { europe-west1: {}, europe-west3: {} }
classes: { bots: { region: europe-west1, allow: [europe-west3] } }
codebases:
  default: { source: functions, deployer: firebase, ledger: { firestore: processed_events } }
functions:
  botWebhook: { class: bots, trigger: https, holders: [telegram] }
`;

const code = `exports.botWebhook = (request, response) =>
  response.status(request.get("x-telegram-bot-api-secret-token") === "${secret}" ? 200 : 403).end();
`;
const source = `import { onRequest } from "firebase-functions/v2/https";
export const botWebhook = onRequest({ region: ["europe-west1", "europe-west3"] }, (request, response) => response.end());
`;

let folder = "";
let sandbox: Sandbox;
const said: string[] = [];

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.base}/${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect([path, response.ok]).toEqual([path, true]);
  return (await response.json()) as Record<string, unknown>;
}
const bot = async (method: string, body: object = {}) =>
  (await ask("POST", `api.telegram.org/bot${token}/${method}`, body)).result as Record<string, unknown>;

async function regions(env: Record<string, string>, ...args: string[]): Promise<Ran> {
  const ran = await run(["migrate", ...args, "--verbose"], { cwd: folder, env });
  said.push(ran.stdout, ran.stderr);
  return ran;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "regions-bots-"));
  mkdirSync(join(folder, "functions"));
  writeFileSync(join(folder, "functions/package.json"), '{ "type": "module", "main": "index.js" }');
  writeFileSync(join(folder, "functions/index.js"), source);
  const bots = [{ id: 7254018836, username: "acme_bot", token, webhook: null }];
  const seed = { ...emptySeed, project, telegram: { bots } };
  sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed });
  const copies = [west1, west3].map((region) => ({ id: "botWebhook", region }));
  await deployCode(sandbox, archiveOf({ "index.js": code }), copies);
  await bot("setWebhook", {
    url: address(west1),
    secret_token: secret,
    allowed_updates: ["message", "chat_member"],
    max_connections: 7,
  });
}, 60_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const move = ["botWebhook", "--to", west3, "--from", west1, "--yes"];
const named = ', telegram: { token: "env:BOT", secret: "env:BOT_SECRET" }';

it("is refused where nobody says what the secret token is, and where its variable is not set", async () => {
  for (const telegram of ["", named]) {
    writeFileSync(join(folder, "regions.yaml"), manifest(telegram));
    const refused = await regions({}, ...move);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      "botWebhook: Telegram's @acme_bot leads to botWebhook in europe-west1, and the secret token of its webhook cannot be read back. Say with `telegram: { secret: env:NAME }` which variable holds it and set that, or `secret: none` where the webhook has none.\nNothing was changed.\n",
    ]);
  }
});

it("keeps secret token, kinds of updates and connections, there and back", async () => {
  const env = { BOT: token, BOT_SECRET: secret };
  const before = await bot("getWebhookInfo");
  const led = await regions(env, ...move);
  expect([led.code, led.stdout]).toEqual([5, expect.stringContaining("a first real request to botWebhook")]);
  expect(await bot("getWebhookInfo")).toEqual({ ...before, url: address(west3) });
  // Its handler takes the update only with the token.
  await ask("POST", "_sandbox/telegram/updates", { bot: "acme_bot", text: "/start" });
  await ask("POST", "_sandbox/clock", { advanceMs: 0 });
  const heard = await regions(env, "resume");
  expect([heard.code, heard.stdout]).toEqual([
    5,
    expect.stringMatching(/^Waiting for 1 day without a request to botWebhook in europe-west1/),
  ]);
  const back = await regions(env, "rollback", "botWebhook");
  expect([back.code, await bot("getWebhookInfo")]).toEqual([0, before]);
  await ask("POST", "_sandbox/telegram/updates", { bot: "acme_bot", text: "/start" });
  await ask("POST", "_sandbox/clock", { advanceMs: 0 });
  const { deliveries } = await ask("GET", "_sandbox/deliveries?sender=telegram");
  expect((deliveries as { status: number; url: string }[]).map(({ status, url }) => [status, url])).toEqual([
    [200, address(west3)],
    [200, address(west1)],
  ]);
});

it("leads nothing over once the variable is gone: it waits", async () => {
  const env = { BOT: token, BOT_SECRET: secret };
  const begun = await regions(env, ...move, "--until", "deploy-copy");
  expect(begun.code).toBe(5);
  const resumed = await regions({ BOT: token }, "resume");
  expect([resumed.code, resumed.stdout]).toEqual([5, expect.stringContaining("`telegram.secret` of the environment")]);
  expect((await bot("getWebhookInfo")).url).toBe(address(west1));
  expect((await regions(env, "rollback", "botWebhook")).code).toBe(0);
});

it("has written neither token anywhere, and said none", () => {
  const own = /^\.regions\/sandbox\/(?:server\.|state\.json|senders\.jsonl|shelf|firestore\.json|blobs\/)/;
  const files = [...filesBelow(folder)].filter(([path]) => !own.test(path));
  expect(files.some(([path]) => /moves\/.*\.jsonl$/.test(path))).toBe(true);
  for (const marked of [token, secret]) {
    expect(files.flatMap(([path, text]) => (text.includes(marked) ? [path] : []))).toEqual([]);
    expect(said.filter((text) => text.includes(marked))).toEqual([]);
  }
  expect(readFileSync(join(folder, "regions.yaml"), "utf8")).toContain("env:BOT_SECRET");
});
