import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { FunctionEntry } from "../../src/manifest/manifest.ts";
import { parseFunctionUrl } from "../../src/model/function-url.ts";
import type { Seed, SeedFunction } from "../../src/sandbox/seed.ts";
import { loadSeed } from "../../src/sandbox/seeds.ts";
import { discover, kindOf } from "./discover.ts";
import { manifest, root } from "./fleet.ts";

let seed: Seed;
beforeAll(async () => {
  seed = await loadSeed("story");
});

const where = ({ name, region, runtime }: SeedFunction) => `${name} ${region} ${runtime}`;
const wanted = ({ name, regions, runtime }: FunctionEntry) => regions.map((region) => `${name} ${region} ${runtime}`);

describe("the starting state of the sandbox", () => {
  it("differs from regions.yaml in the faults of the story, and in nothing else", () => {
    const there = new Set(seed.functions.map(where));
    const meant = new Set([...manifest.functions.values()].flatMap(wanted));
    expect(there.size).toBe(seed.functions.length);
    expect([...there].filter((copy) => !meant.has(copy)).sort()).toEqual([
      "createSubscriptionCheckout europe-west1 nodejs22",
      "registerBlogger europe-west1 nodejs22",
      "registerChatter europe-west1 nodejs22",
      "registerGroupAdmin europe-west1 nodejs22",
      "registerInfluencer europe-west1 nodejs22",
      "stripeWebhook europe-west1 nodejs22",
      "twilioConferenceWebhook europe-west1 nodejs20",
      "twilioWebhook europe-west1 nodejs20",
    ]);
    expect([...meant].filter((copy) => !there.has(copy)).sort()).toEqual([
      "createSubscriptionCheckout europe-west3 nodejs22",
      "stripeWebhook europe-west3 nodejs22",
    ]);
  });

  it("has every copy in good health, open to whom it serves, and of the size that regions.yaml states", () => {
    for (const copy of seed.functions) {
      expect(copy, copy.name).not.toHaveProperty("state");
      expect(copy, copy.name).not.toHaveProperty("public");
      const entry = manifest.functions.get(copy.name);
      if (entry === undefined) continue;
      const memory = copy.memory ?? "256Mi";
      expect(`${copy.name} ${memory} ${copy.cpu ?? "0.1666"} ${copy.maxInstances ?? 10}`).toBe(
        `${copy.name} ${entry.memoryMiB}Mi ${entry.cpu} ${entry.maxInstances}`,
      );
    }
  });

  it("holds what the source declares: triggers, schedules, queues, and event filters where the events come from", async () => {
    const { endpoints } = await discover();
    for (const copy of seed.functions) {
      const endpoint = endpoints[copy.name];
      if (endpoint === undefined) continue;
      expect(copy.trigger, copy.name).toBe(kindOf(endpoint));
      const { scheduleTrigger: schedule, eventTrigger: event, taskQueueTrigger: task } = endpoint;
      expect(copy.schedule, copy.name).toEqual(
        schedule === undefined ? undefined : { cron: schedule.schedule, timeZone: schedule.timeZone },
      );
      expect(copy.queue, copy.name).toEqual(
        task === undefined
          ? undefined
          : {
              maxConcurrentDispatches: task.rateLimits.maxConcurrentDispatches,
              maxDispatchesPerSecond: task.rateLimits.maxDispatchesPerSecond,
            },
      );
      expect(copy.event?.filters, copy.name).toEqual(
        event === undefined ? undefined : { ...event.eventFilters, ...event.eventFilterPathPatterns },
      );
      expect(copy.event?.eventType, copy.name).toBe(event?.eventType);
    }
  });

  it("has its event triggers where the database and the bucket are", () => {
    expect(seed.databases).toEqual([{ id: "(default)", location: "eur3" }]);
    const events = seed.functions.flatMap(({ name, region, event }) => (event ? [{ name, region, ...event }] : []));
    const firestore = events.filter(({ filters }) => filters.database === "(default)");
    expect(firestore).toHaveLength(22);
    expect(new Set(firestore.map(({ triggerRegion }) => triggerRegion))).toEqual(new Set(["eur3"]));
    const storage = events.filter(({ filters }) => filters.bucket !== undefined);
    expect(
      storage.map(({ name, region, triggerRegion, filters }) => [name, region, triggerRegion, filters.bucket]),
    ).toEqual([["onProfilePhotoUploaded", "europe-west1", "europe-west1", "demo-regions.firebasestorage.app"]]);
    expect(seed.buckets).toContainEqual({ name: "demo-regions.firebasestorage.app", location: "EUROPE-WEST1" });
  });

  it("has one address that points at the wrong copy for want of the right one, and one that was forgotten", () => {
    const urls: [string, string | undefined][] = [
      ...seed.stripe.endpoints.map(({ description, url }): [string, string] => [`stripe ${description}`, url]),
      ...(seed.stripe.destinations ?? []).map(({ name, url }): [string, string] => [`stripe ${name}`, url]),
      ...[...seed.twilio.numbers, ...seed.twilio.applications].flatMap((one): [string, string | undefined][] => [
        [`${one.friendlyName} voiceUrl`, one.voiceUrl],
        [`${one.friendlyName} voiceFallbackUrl`, one.voiceFallbackUrl],
        [`${one.friendlyName} statusCallback`, one.statusCallback],
      ]),
      ...seed.telegram.bots.map(({ username, webhook }): [string, string | undefined] => [
        username,
        webhook ?? undefined,
      ]),
    ];
    const reached = urls.flatMap(([label, url]) => {
      if (url === undefined) return [];
      const target = parseFunctionUrl(url);
      return [`${label}: ${target?.project} ${target?.region} ${target?.name}`];
    });
    expect(reached).toEqual([
      "stripe Payments and subscriptions: demo-regions europe-west1 stripeWebhook",
      "stripe Providers' accounts: demo-regions europe-west1 stripeWebhook",
      "Bookings +33 1 86 26 04 40 voiceUrl: demo-regions europe-west3 twilioCallWebhook",
      "Bookings +33 1 86 26 04 40 voiceFallbackUrl: demo-regions europe-west1 twilioWebhook",
      "Bookings +33 1 86 26 04 40 statusCallback: demo-regions europe-west3 twilioConferenceWebhook",
      "Legs of booked calls voiceUrl: demo-regions europe-west3 twilioAmdTwiml",
      "Legs of booked calls statusCallback: demo-regions europe-west3 twilioConferenceWebhook",
      "LawyersAbroadChatterBot: demo-regions europe-west3 telegramChatterBotWebhook",
    ]);
  });

  it("uses less than every region can take", () => {
    expect(seed.project).toBe(manifest.environment.project);
    const between = { "europe-west1": [3, 5], "europe-west2": [2, 3], "europe-west3": [2, 4] } as const;
    expect(Object.keys(seed.usage).sort()).toEqual(Object.keys(between));
    for (const [region, [least, most]] of Object.entries(between)) {
      expect(seed.usage[region]).toBeGreaterThanOrEqual(least);
      expect(seed.usage[region]).toBeLessThanOrEqual(most);
    }
    const ceilings = seed.functions
      .filter(({ region }) => region === "europe-west3")
      .map(({ cpu, maxInstances }) => Number(cpu ?? "0.1666") * (maxInstances ?? 10));
    expect(Math.max(...ceilings)).toBeLessThanOrEqual(30);
  });
});

it("asks Stripe for every event that the fleet takes, and for those of connected accounts apart", () => {
  const source = readFileSync(join(root, "src/functions/src/payments/stripe-events.ts"), "utf8");
  const taken = [...source.matchAll(/case "([a-z_.]+)":/g)].map(([, type]) => type ?? "");
  const own = seed.stripe.endpoints.flatMap(({ enabledEvents }) => enabledEvents);
  const connected = (seed.stripe.destinations ?? []).map(({ enabledEvents, eventsFrom }) => [
    eventsFrom,
    enabledEvents,
  ]);
  expect(connected).toEqual([["other_accounts", ["account.updated"]]]);
  expect([...own, "account.updated"].sort()).toEqual(taken.sort());
});
