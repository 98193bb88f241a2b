import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { deployByFirebase, firebaseSurroundings } from "./by-firebase.ts";
import { openClients } from "./clients.ts";
import { openPump, type Pump } from "./pump.ts";
import { type Source, sourcesOf } from "./sources.ts";
import { disturb, ends, liveIn, struck } from "./tale.ts";
import { openTown, type Town } from "./town.ts";

/* The same story where the real Firebase CLI deploys: stripeWebhook moves in full under the same traffic. */

const day = 86_400_000;

let town: Town;
let pump: Pump;
let sources: readonly Source[];
beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = "none";
  town = await openTown(firebaseSurroundings, false, deployByFirebase);
  const clients = openClients(town);
  await clients.publish();
  sources = sourcesOf(town, clients);
  pump = await openPump(town, sources);
  await disturb(town);
  await pump.run(1);
}, 300_000);
afterAll(() => town?.close());

const meanwhile = (...args: readonly string[]) => pump.during(town.regions(...args), 1);
const regionsInSource = () => {
  const module = readFileSync(join(town.folder, "src/functions/src/regions.ts"), "utf8");
  return /stripeWebhook: \{ region: ([^}]*) \}/.exec(module)?.[1];
};

it("has the Firebase CLI deploy both copies, whose regions its source names", async () => {
  expect(regionsInSource()).toBe('"europe-west1"');
  const ran = await meanwhile("migrate", "stripeWebhook", "--to", "europe-west3", "--yes");
  ends(ran, 5, /^Waiting for a first real request to stripeWebhook in europe-west3/);
  expect(regionsInSource()).toBe('["europe-west1", "europe-west3"]');
  expect(await liveIn(town, "stripeWebhook")).toEqual(["europe-west1", "europe-west3"]);
  await pump.run(1);
  const heard = await meanwhile("migrate", "resume");
  ends(heard, 5, /^Waiting for 3 days without a request to stripeWebhook in europe-west1/);
}, 600_000);

it("has it delete the old copy alone after three days of silence, and the source name the new one", async () => {
  await pump.leap(3 * day + 3_600_000);
  ends(await meanwhile("migrate", "resume", "--if-due"), 0, /^stripeWebhook has moved to europe-west3\./);
  expect(await liveIn(town, "stripeWebhook")).toEqual(["europe-west3"]);
  expect(await liveIn(town, "twilioConferenceWebhook")).toEqual(["europe-west1", "europe-west3"]);
  expect(regionsInSource()).toBe('"europe-west3"');
}, 600_000);

it("has lost no event, and done none twice", async () => {
  await town.ask("DELETE", "_sandbox/disturbances");
  await pump.leap(3 * day);
  const balance = await struck(town, sources);
  expect(balance).toEqual({ sent: balance.sent, lost: [], doubled: [], strange: [] });
  expect(balance.sent).toBeGreaterThan(pump.total().sent);
}, 300_000);
