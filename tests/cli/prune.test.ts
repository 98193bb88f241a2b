import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../src/model/finding.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { copyOfTheFleet } from "../story/copy.ts";
import { type Ran, run } from "./run.ts";

/* `regions prune` on the reference fleet. One story: each test goes on where the one before it has ended. */

const timeout = 300_000;

const day = 86_400_000;
const registrations = ["registerBlogger", "registerChatter", "registerGroupAdmin", "registerInfluencer"];
const number = "PN7c40b95e2d1f4a86b3e09d5c61a8f247";
const addressOf = (name: string, region: string) => `https://${region}-demo-regions.cloudfunctions.net/${name}`;

describe("the copies of the reference fleet that nobody wants", () => {
  let folder: string;
  let sandbox: Sandbox;
  let before: { copies: string[]; number: Record<string, unknown>; findings: string[] };
  beforeAll(async () => {
    folder = copyOfTheFleet("prune");
    sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed: "story" });
  });
  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const regions = (...args: string[]): Promise<Ran> => run(args, { cwd: folder });
  async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const headers = { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" };
    const rest = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${sandbox.base}/${path}`, { method, headers, ...rest });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }
  async function copies(): Promise<string[]> {
    const found: string[] = [];
    for (let page = ""; ; ) {
      const path = "cloudfunctions.googleapis.com/v2/projects/demo-regions/locations/-/functions";
      const { functions = [], nextPageToken = "" } = await ask("GET", `${path}?pageToken=${page}`);
      for (const { name } of functions as { name: string }[]) {
        const [, , , region, , id] = name.split("/");
        found.push(`${id} in ${region}`);
      }
      page = String(nextPageToken);
      if (page === "") return found.sort();
    }
  }
  async function heldNumber(): Promise<Record<string, unknown>> {
    const { account, token } = sandbox.access.twilio;
    const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString("base64")}`;
    const path = `api.twilio.com/2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${number}.json`;
    const { date_updated: _, ...rest } = (await (
      await fetch(`${sandbox.base}/${path}`, { headers: { authorization } })
    ).json()) as Record<string, unknown>;
    return rest;
  }
  async function findings(): Promise<string[]> {
    const ran = await regions("audit", "--format", "json", "--today", "2026-11-22");
    const report = JSON.parse(ran.stdout) as Report;
    return report.findings.map(({ rule, function: name }) => `${rule} ${name}`).sort();
  }

  it("are listed, those that are called with the places that call them", { timeout }, async () => {
    const ran = await regions("prune", "--format", "json");
    const { copies: rows, gaps } = JSON.parse(ran.stdout);
    expect([ran.code, ran.stderr, gaps]).toEqual([0, "", []]);
    const told = rows.map((row: { function: string; why: string; against: { found: string }[] }) => [
      row.function,
      row.why,
      row.against.map(({ found }) => found),
    ]);
    const called = (name: string, line: number) => [
      name,
      "duplicate",
      [`examples/web/src/pages/${name.replace("register", "")}Register.tsx:${line} calls ${name} in europe-west1`],
    ];
    expect(told).toEqual([
      ["createSubscriptionCheckout", "misplaced", ["createSubscriptionCheckout in europe-west3 is not live"]],
      called("registerBlogger", 5),
      called("registerChatter", 13),
      called("registerGroupAdmin", 5),
      called("registerInfluencer", 5),
      ["stripeWebhook", "misplaced", ["stripeWebhook in europe-west3 is not live"]],
      ["twilioConferenceWebhook", "duplicate", []],
      [
        "twilioWebhook",
        "undeclared",
        [
          "twilio Bookings +33 1 86 26 04 40 (voiceFallbackUrl) leads to twilioWebhook in europe-west1, and nothing stays that could answer instead",
        ],
      ],
    ]);
  });

  it("cannot go while they are called or held, and what is wanted never can", { timeout }, async () => {
    const first = { copies: await copies(), number: await heldNumber() };
    const refused = async (...args: string[]) => {
      const { code, stderr } = await regions("prune", ...args);
      return [code, stderr];
    };
    expect(await refused("registerChatter", "-y")).toEqual([
      1,
      "registerChatter: examples/web/src/pages/ChatterRegister.tsx:13 calls registerChatter in europe-west1. `regions fix` points them at the wanted copy; ship that first.\nNothing was changed.\n",
    ]);
    expect(await refused("twilioWebhook", "-y")).toEqual([1, expect.stringContaining("--replace-by FUNCTION")]);
    expect(await refused("twilioCallWebhook", "--region", "europe-west3", "-y")).toEqual([
      1,
      expect.stringContaining("regions.yaml wants twilioCallWebhook in europe-west3."),
    ]);
    expect(await refused("twilioWebhok", "-y")).toEqual([
      2,
      "twilioWebhok is live nowhere.\n  Did you mean twilioWebhook?\n",
    ]);
    expect((await regions("fix", "--yes", "--today", "2026-11-22")).code).toBe(1);
    before = { ...first, findings: await findings() };
    expect([await copies(), await heldNumber()]).toEqual([first.copies, first.number]);
  });

  it("are planned as a file, whose world must not change until it is applied", { timeout }, async () => {
    const args = ["prune", "twilioWebhook", "--replace-by", "twilioCallWebhook", "-o", "prune.json"];
    expect((await regions(...args)).code).toBe(0);
    const plan = JSON.parse(readFileSync(join(folder, "prune.json"), "utf8"));
    expect([plan.purpose, plan.stays, plan.steps.map((step: { id: string }) => step.id)]).toEqual([
      "prune",
      { function: "twilioCallWebhook", region: "europe-west3" },
      [`switch-holder:twilio:${number}:voiceFallbackUrl`, "await-silence", "reconcile", "remove-copy"],
    ]);
    const other = { ...plan, world: plan.world.filter(({ what }: { what: string }) => what !== "regions.yaml") };
    writeFileSync(join(folder, "older.json"), JSON.stringify(other));
    const changed = await regions("migrate", "apply", "older.json", "--yes");
    expect([changed.code, changed.stderr]).toEqual([
      4,
      "The world has changed since the plan was made: regions.yaml is new: not declared.\n  Nothing was changed. Plan anew, and have it approved.\n",
    ]);
    expect([await copies(), await heldNumber()]).toEqual([before.copies, before.number]);
  });

  it("lead their holders over and wait, with 5; a rollback leads them back", { timeout }, async () => {
    const begun = await regions("migrate", "apply", "prune.json", "--yes");
    expect([begun.code, begun.stdout]).toEqual([
      5,
      expect.stringMatching(/^Waiting for 7 days without a request to twilioWebhook in europe-west1 .*, until 20/),
    ]);
    const led = { ...before.number, voice_fallback_url: addressOf("twilioCallWebhook", "europe-west3") };
    expect(await heldNumber()).toEqual(led);
    const text = await regions("migrate", "status");
    expect(text.stdout).toMatch(/ twilioWebhook +europe-west1 +\(prune\) +waiting for 7 days/);
    const again = await regions("prune", "twilioWebhook", "--replace-by", "twilioCallWebhook", "--yes");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is not over")]);
    const back = await regions("migrate", "rollback", "twilioWebhook");
    expect([back.code, back.stdout]).toEqual([0, "twilioWebhook is as it was before the prune. Exit code 0.\n"]);
    expect([await copies(), await heldNumber()]).toEqual([before.copies, before.number]);
  });

  it("go once they have been silent for long enough, and the audit loses their findings and no other", {
    timeout,
  }, async () => {
    const asked = [
      ...[...registrations, "twilioConferenceWebhook"].map((name) => [name]),
      ["twilioWebhook", "--replace-by", "twilioCallWebhook"],
    ];
    const begun = await Promise.all(asked.map((args) => regions("prune", ...args, "--yes")));
    expect(begun.map(({ code }) => code)).toEqual(asked.map(() => 5));
    const early = await regions("migrate", "resume", "--if-due");
    expect([early.code, early.stdout.match(/not due yet/g)?.length]).toEqual([5, 6]);
    expect(await copies()).toEqual(before.copies);
    await ask("POST", "_sandbox/clock", { advanceMs: 15 * day });
    const over = await regions("migrate", "resume", "--if-due");
    const gone = [...registrations, "twilioConferenceWebhook", "twilioWebhook"].map(
      (name) => `${name} in europe-west1`,
    );
    const told = over.stdout.split("\n").filter((line) => line.endsWith(" is pruned. Exit code 0."));
    expect([over.code, told.sort()]).toEqual([0, gone.map((one) => `${one} is pruned. Exit code 0.`)]);
    expect(await copies()).toEqual(before.copies.filter((one) => !gone.includes(one)));
    expect(await heldNumber()).toEqual({
      ...before.number,
      voice_fallback_url: addressOf("twilioCallWebhook", "europe-west3"),
    });
    const lost = [
      ...[...registrations, "twilioConferenceWebhook"].map((name) => `duplicate-function ${name}`),
      "obsolete-runtime twilioConferenceWebhook",
      "obsolete-runtime twilioWebhook",
      "stale-holder twilioWebhook",
      "undeclared-function twilioWebhook",
    ].sort();
    const left = await findings();
    expect(before.findings.filter((one) => !left.includes(one))).toEqual(lost);
    expect(left).toEqual(before.findings.filter((one) => !lost.includes(one)));
  });

  it("have no way back then, and nothing that could be pruned is left", { timeout }, async () => {
    const late = await regions("migrate", "rollback", "twilioWebhook");
    expect([late.code, late.stdout]).toEqual([
      4,
      expect.stringContaining("The way back is a deployment: declare twilioWebhook in europe-west1, and deploy it."),
    ]);
    const list = await regions("prune");
    expect([list.code, list.stdout]).toEqual([0, expect.stringMatching(/^Cannot be pruned yet:\n/)]);
    expect(list.stdout.match(/^ {2}\w+ in /gm)).toEqual(["  createSubscriptionCheckout in ", "  stripeWebhook in "]);
  });
});
