import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../../src/model/finding.ts";
import type { Ran } from "../../cli/run.ts";
import { type Balance, balanceOf } from "./balance.ts";
import { openClients } from "./clients.ts";
import { openPump } from "./pump.ts";
import { type Source, sourcesOf } from "./sources.ts";
import type { Town } from "./town.ts";
import { effectsCollection } from "./watched-code.ts";

/*
 * The story from its first day to the last, told by the commands that a person types, while a hundred events a second
 * arrive (see pump.ts for what a second is here). Whoever tells it runs the chapters in their order; each throws where it
 * goes another way.
 */

export interface Chapter {
  readonly title: string;
  tell(): Promise<void>;
}

export interface Length {
  /** For how many seconds of the sandbox's clock events arrive in each state that the moves wait in. */
  readonly seconds: number;
  /** The Firebase CLI deploys: there is no state to adopt into, and the source names regions, two of them wrong at first. */
  readonly byFirebase?: true;
}

const hour = 3_600_000;
const day = 24 * hour;
const page = "examples/web/src/pages/SubscriptionPage.tsx";

/** Copies that nobody wants, and what has to be said of each beside its name. */
const strays: readonly (readonly [string, readonly string[]])[] = [
  ["registerChatter", []],
  ["registerInfluencer", []],
  ["registerBlogger", []],
  ["registerGroupAdmin", []],
  ["twilioConferenceWebhook", ["--region", "europe-west1"]],
  ["twilioWebhook", ["--replace-by", "twilioCallWebhook"]],
];

/** What goes wrong on the way, the whole time: each kind is doubled, lost and late, as providers promise no better. */
const disturbances = [
  { match: { sender: "stripe" }, every: 5, do: { kind: "duplicate" } },
  { match: { sender: "stripe" }, every: 11, do: { kind: "lose-answer" } },
  { match: { sender: "stripe" }, every: 17, do: { kind: "refuse", status: 503 } },
  { match: { sender: "stripe" }, every: 13, do: { kind: "delay", ms: 10_000 } },
  { match: { sender: "firestore" }, every: 5, do: { kind: "duplicate", afterMs: 3_000 } },
  { match: { sender: "firestore" }, every: 11, do: { kind: "lose-answer" } },
  { match: { sender: "firestore" }, every: 17, do: { kind: "refuse", status: 503 } },
  { match: { sender: "telegram" }, every: 5, do: { kind: "duplicate" } },
  { match: { sender: "telegram" }, every: 11, do: { kind: "lose-answer" } },
  { match: { sender: "tasks" }, every: 5, do: { kind: "duplicate" } },
  { match: { sender: "tasks" }, every: 11, do: { kind: "lose-answer" } },
  { match: { sender: "twilio", type: "call-status" }, every: 5, do: { kind: "duplicate" } },
  // A call whose first address fails is led to the number's fallback address.
  { match: { sender: "twilio", type: "voice" }, every: 7, do: { kind: "refuse", status: 503 } },
];

export async function chaptersOf(town: Town, { seconds, byFirebase }: Length): Promise<readonly Chapter[]> {
  const clients = openClients(town);
  const sources = sourcesOf(town, clients);
  const pump = await openPump(town, sources);
  const { regions } = town;
  /** Types a command while events arrive. */
  const meanwhile = (...args: readonly string[]): Promise<Ran> => pump.during(regions(...args), seconds);
  const endpoints = await holdersOf(town);

  return [
    {
      title: "begins with the faults of a real day",
      async tell() {
        const report = await audited(town);
        const errors = report.findings.filter(({ severity }) => severity === "error");
        assert.equal(errors.length, byFirebase === true ? 18 : 16);
        await clients.publish();
        assert.equal(clients.regions().registerChatter, "europe-west1");
      },
    },
    {
      title: "is taken into the deployment's state as it is, and takes events",
      async tell() {
        if (byFirebase !== true) {
          ends(await regions("adopt", "--yes"), 0, /\d+ copies adopted with \d+ parts, 0 known before/);
        }
        await disturb(town);
        await pump.run(seconds);
      },
    },
    {
      title: "has stripeWebhook in both regions, and Stripe led to the new copy",
      async tell() {
        const ran = await meanwhile("migrate", "stripeWebhook", "--to", "europe-west3", "--yes");
        ends(ran, 5, /^Waiting for a first real request to stripeWebhook in europe-west3/);
        assert.deepEqual(await liveIn(town, "stripeWebhook"), ["europe-west1", "europe-west3"]);
        await pump.run(seconds);
        const heard = await meanwhile("migrate", "resume", "stripeWebhook");
        ends(heard, 5, /^Waiting for 3 days without a request to stripeWebhook in europe-west1/);
        const led = endpoints.replaceAll("//europe-west1-", "//europe-west3-");
        assert.equal(await holdersOf(town), led);
      },
    },
    {
      title: "has createSubscriptionCheckout in both regions, and SubscriptionPage rewritten",
      async tell() {
        const before = readFileSync(join(town.folder, page), "utf8");
        const ran = await meanwhile("migrate", "createSubscriptionCheckout", "--to", "europe-west3", "--yes");
        ends(ran, 5, /^Waiting for a first real request to createSubscriptionCheckout in europe-west3/);
        const wanted = before.replaceAll(/\bfunctions\b(?=[,} ])/g, "functionsPayments");
        assert.equal(readFileSync(join(town.folder, page), "utf8"), wanted);
        // The site is shipped by its owner; for a while every other client has the old page open.
        await clients.publish();
        assert.equal(clients.regions().createSubscriptionCheckout, "europe-west3");
        // Two of them a second, and every other on the old page.
        await pump.run(Math.max(2, seconds));
        const heard = await meanwhile("migrate", "resume", "createSubscriptionCheckout");
        ends(heard, 5, /^Waiting for 14 days without a request to createSubscriptionCheckout in europe-west1/);
      },
    },
    {
      title: "has its other pages and its variable mended",
      async tell() {
        const ran = await meanwhile("fix", "--yes", "--today", "2026-11-22");
        ends(ran, 0, /5 findings in 5 files/);
        await clients.publish();
        assert.equal(clients.regions().registerChatter, "europe-west2");
        await pump.run(seconds);
        clients.reload();
        await pump.run(seconds);
      },
    },
    {
      title: "has what nobody wants on its way out, and its holders led away",
      async tell() {
        for (const [name, more] of strays) {
          ends(await meanwhile("prune", name, ...more, "--yes"), 5, /^Waiting for /);
        }
        const { stdout } = await regions("list", "holders", "--format", "json");
        assert.match(stdout, /\/twilioCallWebhook/);
        assert.doesNotMatch(stdout, /\/twilioWebhook/);
      },
    },
    {
      title: "loses the old copy of stripeWebhook after three days of silence",
      async tell() {
        await pump.leap(3 * day + hour);
        const ran = await meanwhile("migrate", "resume", "--if-due");
        ends(ran, 5, /stripeWebhook has moved to europe-west3/);
        assert.deepEqual(await liveIn(town, "stripeWebhook"), ["europe-west3"]);
      },
    },
    {
      title: "loses all other copies that nobody wants after fourteen",
      async tell() {
        await pump.leap(11 * day);
        const ran = await meanwhile("migrate", "resume", "--if-due");
        ends(ran, 0, /createSubscriptionCheckout has moved to europe-west3/);
        assert.deepEqual(await liveIn(town, "createSubscriptionCheckout"), ["europe-west3"]);
        for (const [name] of strays) {
          assert.deepEqual(
            (await liveIn(town, name)).filter((region) => region === "europe-west1"),
            [],
            name,
          );
        }
      },
    },
    {
      title: "is clean, and scores 10",
      async tell() {
        const ran = await meanwhile("audit");
        ends(ran, 0, /Score 10\.0 of 10/);
      },
    },
    {
      title: "ends with every event taken, and none of them twice",
      async tell() {
        await town.ask("DELETE", "_sandbox/disturbances");
        // What is still to come a second time, comes.
        await pump.leap(3 * day);
        const balance = await struck(town, sources);
        // Presses that failed were repeated: they say why something was lost, and are no loss.
        const told = JSON.stringify({ balance, refused: clients.refused().slice(0, 5) });
        assert.deepEqual({ ...balance, sent: 0 }, { sent: 0, lost: [], doubled: [], strange: [] }, told);
      },
    },
  ];
}

export async function disturb(town: Town): Promise<void> {
  for (const rule of disturbances) await town.ask("POST", "_sandbox/disturbances", rule);
}

/** Strikes the balance of all sources, by the ledger of the receivers and what it does not know. */
export async function struck({ db }: Town, sources: readonly Source[]): Promise<Balance> {
  const { docs } = await db.collection(effectsCollection).get();
  const all = new Map(docs.map((doc) => [String(doc.get("key")), Number(doc.get("count"))]));
  for (const source of sources) for (const [name, times] of (await source.effects?.()) ?? []) all.set(name, times);
  const sent = (await Promise.all(sources.map((source) => source.sent()))).flat();
  const functions = new Set(sent.map(functionOf));
  const balance = balanceOf(sent, all);
  // What follows from an event has no book of its own: it is looked through for doubles alone.
  return { ...balance, strange: balance.strange.filter((name) => functions.has(functionOf(name))) };
}

const functionOf = (name: string): string => name.slice(0, name.indexOf(":"));

async function audited({ regions }: Town, ...args: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await regions("audit", "--format", "json", "--today", "2026-11-22", ...args);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Report;
}

/** Throws with all that a command has said where it ended in another way. */
export function ends(ran: Ran, code: number, says: RegExp): void {
  const text = `exit code ${ran.code}\n${ran.stdout.slice(-3_000)}\n${ran.stderr.slice(-3_000)}`;
  assert.equal(ran.code, code, text);
  assert.match(ran.stdout, says, text);
}

/** Regions in which a function is live. */
export async function liveIn(town: Town, name: string): Promise<string[]> {
  const path = `cloudfunctions.googleapis.com/v2/projects/${town.project}/locations/-/functions?pageSize=1000`;
  const { functions = [] } = (await town.ask("GET", path)) as { functions?: { name: string }[] };
  const own = functions.filter((one) => one.name.endsWith(`/${name}`));
  return own.map((one) => one.name.split("/")[3] ?? "").sort();
}

/** Stripe's endpoints and destinations, whole but for when they were changed. */
async function holdersOf(town: Town): Promise<string> {
  const endpoints = await town.ask("GET", "v1/webhook_endpoints");
  const destinations = await town.ask("GET", "v2/core/event_destinations?include[0]=webhook_endpoint.url");
  return JSON.stringify([endpoints, destinations]).replaceAll(/"updated":"[^"]*",/g, "");
}
