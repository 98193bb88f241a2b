import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptySeed, type Seed } from "../../src/sandbox/seed.ts";
import { startSandbox } from "../../src/sandbox/server.ts";
import { run } from "./run.ts";

/* Keys stand in source, env files, listings and files given by mistake. None of them may come out again. */

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "regions-secrets-"));
  mkdirSync(join(folder, "web"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const mark = "MARKEDsecret";
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

async function unmarked(args: readonly string[]): Promise<string> {
  const ran = await run(args, { cwd: folder });
  expect(`${args.join(" ")}\n${ran.stdout}${ran.stderr}`).not.toContain(mark);
  return ran.stdout;
}

it("source, its env files and its excerpts", async () => {
  write("web/package.json", '{ "dependencies": { "firebase": "12" } }');
  write(
    "web/.env",
    `VITE_KEY=sk_live_${mark}\nVITE_HOOK=https://u:${mark}@europe-west1-acme.cloudfunctions.net/hook?k=${mark}\n`,
  );
  write(
    "web/a.ts",
    `import { getFunctions, httpsCallable } from "firebase/functions";
const key = "sk_live_${mark}"; httpsCallable(getFunctions(undefined, "sk_live_${mark}"), "pay");
httpsCallable(getFunctions(undefined, key), key === "whsec_${mark}" ? "one" : "two");
fetch("https://user:${mark}@europe-west1-acme.cloudfunctions.net/hook?token=${mark}#access_token=${mark}");
fetch("https://europe-west1-acme.cloudfunctions.net/send", { headers: { authorization: "Bearer ${mark}0123456" } });
`,
  );
  const look = ["--root", ".", "--sources", "callers"];
  expect(await unmarked(["audit", ...look, "--verbose"])).toContain("web/a.ts:2");
  await unmarked(["audit", ...look, "--format", "json"]);
  await unmarked(["list", "callers", "--root", "."]);
  expect(JSON.parse(await unmarked(["list", "callers", "--root", ".", "--format", "json"])).callers).toHaveLength(3);
  await unmarked(["snapshot", ...look, "-o", "look.json"]);
  expect(readFileSync(join(folder, "look.json"), "utf8")).not.toContain(mark);
});

it("a file with keys that is given as manifest, listing or snapshot by mistake", async () => {
  const account = {
    type: "service_account",
    private_key_id: mark,
    private_key: `-----BEGIN PRIVATE KEY-----\n${mark}${mark}\n-----END PRIVATE KEY-----\n`,
    client_secret: mark,
    token: mark,
  };
  write("account.json", JSON.stringify(account));
  write("pretty.json", JSON.stringify(account, null, 2));
  write("broken.json", JSON.stringify(account, null, 2).replace("}", ""));
  write("keys.env", `STRIPE_SECRET_KEY=sk_live_${mark}\nTOKEN: ${mark}\n`);
  for (const file of ["account.json", "pretty.json", "broken.json", "keys.env"]) {
    await unmarked(["audit", "-m", file, "--verbose"]);
    await unmarked(["audit", "--deployed", file, "--sources", "deployed", "--verbose"]);
    await unmarked(["audit", "--snapshot", file, "--verbose"]);
  }
});

it("a move: journals, output and errors, with keys that the environment names", async () => {
  const project = "acme-prod";
  const [west1, west3] = ["europe-west1", "europe-west3"];
  const bot = `7254018836:${mark}_bot_4f81c2`;
  const keys = {
    STRIPE_KEY: `sk_test_${mark}stripe`,
    TWILIO_SID: "AC00000000000000000000000000000001",
    TWILIO_TOKEN: `${mark}twilio`,
    BOT: bot,
    BOT_SECRET: `${mark}webhook`,
  };
  const address = (region: string) =>
    `https://${region}-${project}.cloudfunctions.net/hook?key=${mark}query#access_token=${mark}`;
  const number = { sid: "PN00000000000000000000000000000001", phoneNumber: "+33186260440", friendlyName: "support" };
  const seed: Seed = {
    ...emptySeed,
    project,
    functions: [west1, west3].map((region) => ({ name: "hook", region, trigger: "https", runtime: "nodejs22" })),
    twilio: { ...emptySeed.twilio, account: keys.TWILIO_SID, numbers: [{ ...number, voiceUrl: address(west1) }] },
    telegram: { bots: [{ id: 7254018836, username: "acme_bot", token: bot, webhook: null }] },
  };
  const sandbox = await startSandbox({ folder: mkdtempSync(join(folder, "outside-")), seed });
  try {
    const post = async (path: string, body: object | string): Promise<void> => {
      const isForm = typeof body === "string";
      const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
      const response = await fetch(`${sandbox.base}/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${sandbox.token}`, "content-type": type },
        body: isForm ? body : JSON.stringify(body),
      });
      expect([path, response.ok]).toEqual([path, true]);
    };
    const endpoint = {
      url: address(west1),
      "enabled_events[0]": "customer.created",
      description: "orders",
      "metadata[key]": mark,
    };
    await post("v1/webhook_endpoints", new URLSearchParams(endpoint).toString());
    await post(`api.telegram.org/bot${bot}/setWebhook`, { url: address(west1), secret_token: keys.BOT_SECRET });

    const access =
      'rehearsals: true, stripe: { key: "env:STRIPE_KEY" }, twilio: { account: "env:TWILIO_SID", token: "env:TWILIO_TOKEN" }, telegram: { token: "env:BOT", secret: "env:BOT_SECRET" }';
    write(
      "regions.yaml",
      `version: 1
defaultEnvironment: staging
environments:
  staging: { project: ${project}, endpoint: "${sandbox.base}", ${access} }
regions: { ${west1}: {}, ${west3}: {} }
classes: { payments: { region: ${west1}, allow: [${west3}] } }
codebases: { default: { source: functions } }
functions:
  hook: { class: payments, trigger: https, holders: [stripe, twilio, telegram] }
callers:
  web: { root: web }
`,
    );
    write("web/package.json", '{ "dependencies": { "firebase": "12" } }');
    write("web/.env", `VITE_KEY=sk_live_${mark}\n`);
    write("web/a.ts", `export const key = "sk_live_${mark}";\n`);
    mkdirSync(join(folder, "functions"));
    write("functions/package.json", '{ "type": "module", "main": "index.js" }');
    write("functions/.env", `STRIPE_SECRET_KEY=sk_live_${mark}\nTWILIO_AUTH_TOKEN=${mark}\n`);
    write(
      "functions/index.js",
      'import { onRequest } from "firebase-functions/v2/https";\nexport const hook = onRequest((request, response) => response.end());\n',
    );

    const move = async (...args: string[]): Promise<number | null> => {
      const ran = await run(["migrate", ...args, "--verbose"], { cwd: folder, env: keys });
      expect(`${args.join(" ")}\n${ran.stdout}${ran.stderr}`).not.toContain(mark);
      return ran.code;
    };
    const there = ["hook", "--to", west3, "--from", west1, "--accept-unproven", "a test"];
    expect(await move("plan", ...there, "-o", "move.json")).toBe(0);
    expect(await move(...there, "--dry-run", "--format", "json")).toBe(0);
    expect(await move("apply", "move.json", "--yes")).toBe(5);
    // Its copies answer 501, as they have no code: the test event is refused, and told.
    expect(await move("status", "hook", "--format", "json")).toBe(0);
    expect(await move("list")).toBe(0);
    expect(await move("rollback", "hook")).toBe(0);
    expect(await move(...there, "--rehearse", "--yes")).toBe(4);
    await post("_sandbox/faults", { match: { host: "api.stripe.com" }, do: { kind: "status", status: 403 } });
    await move("resume", "hook");

    const journals = join(folder, ".regions/staging/moves");
    const files = ["move.json", ...readdirSync(journals).map((name) => `.regions/staging/moves/${name}`)];
    expect(files.filter((name) => name.endsWith(".jsonl"))).toHaveLength(2);
    for (const name of files)
      expect([name, readFileSync(join(folder, name), "utf8").includes(mark)]).toEqual([name, false]);
  } finally {
    await sandbox.close();
  }
}, 120_000);
