import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createGoogle } from "../../src/clients/google.ts";
import type { Seed } from "../../src/sandbox/seed.ts";
import { loadSeed } from "../../src/sandbox/seeds.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { readDeployedLive } from "../../src/sources/deployed/live.ts";

const id = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/);
const region = z.string().regex(/^[a-z]+-[a-z]+\d+$/);
const url = z.url({ protocol: /^https$/ });
const sid = (prefix: string) => z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`));
const urls = {
  voiceUrl: url.optional(),
  voiceFallbackUrl: url.optional(),
  statusCallback: url.optional(),
  smsUrl: url.optional(),
  smsFallbackUrl: url.optional(),
};

/** The type of a seed as something that can be run: unknown keys are mistakes. */
const seedSchema = z.strictObject({
  project: z.string(),
  projectNumber: z.string().regex(/^\d{6,}$/),
  urlHash: z.string().regex(/^[a-z0-9]{10}$/),
  deployedAt: z.iso.datetime(),
  functions: z.array(
    z.strictObject({
      name: id,
      region,
      generation: z.literal([1, 2]).optional(),
      trigger: z.enum(["callable", "https", "scheduled", "task", "event", "blocking"]),
      runtime: z.string().regex(/^nodejs\d\d$/),
      memory: z
        .string()
        .regex(/^\d+(Mi|Gi)$/)
        .optional(),
      cpu: z.string().optional(),
      maxInstances: z.int().optional(),
      minInstances: z.int().optional(),
      concurrency: z.int().optional(),
      timeoutSeconds: z.int().optional(),
      public: z.boolean().optional(),
      schedule: z.strictObject({ cron: z.string(), timeZone: z.string() }).optional(),
      event: z
        .strictObject({ eventType: z.string(), triggerRegion: z.string(), filters: z.record(z.string(), z.string()) })
        .optional(),
      queue: z.strictObject({ maxConcurrentDispatches: z.int(), maxDispatchesPerSecond: z.number() }).optional(),
      codebase: z.string().optional(),
      deployer: z.enum(["firebase", "regions"]).optional(),
      updatedAt: z.iso.datetime().optional(),
    }),
  ),
  databases: z.array(z.strictObject({ id: z.string(), location: z.string() })),
  buckets: z.array(z.strictObject({ name: z.string(), location: z.string() })),
  secrets: z.array(z.string().regex(/^[A-Z_]+$/)),
  usage: z.record(region, z.number()),
  stripe: z.strictObject({
    endpoints: z.array(
      z.strictObject({
        id: z.string().startsWith("we_"),
        url,
        description: z.string().nullable(),
        enabledEvents: z.array(z.string()),
        status: z.enum(["enabled", "disabled"]),
      }),
    ),
    destinations: z.array(
      z.strictObject({
        id: z.string().startsWith("ed_test_"),
        name: z.string(),
        url,
        enabledEvents: z.array(z.string()),
        status: z.enum(["enabled", "disabled"]),
        eventsFrom: z.literal("other_accounts"),
      }),
    ),
  }),
  twilio: z.strictObject({
    account: sid("AC"),
    numbers: z.array(
      z.strictObject({ sid: sid("PN"), phoneNumber: z.string().startsWith("+"), friendlyName: z.string(), ...urls }),
    ),
    applications: z.array(z.strictObject({ sid: sid("AP"), friendlyName: z.string(), ...urls })),
  }),
  telegram: z.strictObject({
    bots: z.array(
      z.strictObject({
        id: z.int(),
        username: z.string(),
        token: z.string().regex(/^\d+:[\w-]+$/),
        webhook: url.nullable(),
      }),
    ),
  }),
});

let story: Seed;
let sandbox: Sandbox;
beforeAll(async () => {
  story = await loadSeed("story");
  sandbox = await startSandbox({ folder: null, seed: "story", now: () => new Date("2026-11-22T12:00:00Z") });
});
afterAll(() => sandbox.close());

describe("the story", () => {
  it("is a seed, down to the last key", () => {
    const { error } = seedSchema.safeParse(story);
    expect(error?.issues ?? []).toEqual([]);
  });

  it("names each copy once, and gives what its trigger needs", () => {
    const copies = story.functions.map((row) => `${row.region}/${row.name.toLowerCase()}`);
    expect(copies.filter((copy, index) => copies.indexOf(copy) !== index)).toEqual([]);
    expect(story.functions.filter((row) => (row.trigger === "scheduled") !== (row.schedule !== undefined))).toEqual([]);
    expect(story.functions.filter((row) => (row.trigger === "event") !== (row.event !== undefined))).toEqual([]);
  });

  it("is read live without a gap, every copy with its cpu, URLs and invoker", async () => {
    const google = createGoogle({ endpoint: { base: sandbox.base }, token: async () => sandbox.token });
    const { facts, gaps } = await readDeployedLive(google, story.project, {
      now: () => new Date("2026-11-22T12:00:00Z"),
    });
    expect(gaps).toEqual([]);
    const copy = (row: { region: string; name: string }) => `${row.region}/${row.name}`;
    expect(facts?.functions.map(copy).sort()).toEqual(story.functions.map(copy).sort());
    expect(facts?.functions.filter((row) => row.cpu === null || row.urls.length < 2 || row.state !== "ACTIVE")).toEqual(
      [],
    );
    const open = new Set(["callable", "https", "blocking"]);
    const wrong = facts?.functions.filter((row) => open.has(row.trigger) && row.invoker !== "public");
    expect(wrong).toEqual([]);
    expect(facts?.services).toEqual([]);
    const of = (trigger: string) => story.functions.filter((row) => row.trigger === trigger).length;
    expect(facts?.jobs).toHaveLength(of("scheduled"));
    expect(facts?.queues).toHaveLength(of("task"));
    expect(facts?.triggers).toHaveLength(of("event"));
    expect(Object.fromEntries(facts?.usage.map((row) => [row.region, row.vcpu]) ?? [])).toEqual(story.usage);
    expect(sandbox.log.entries().filter((entry) => entry.writes || entry.status !== 200)).toEqual([]);
  });
});
