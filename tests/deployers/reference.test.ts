import { afterEach, expect, it } from "vitest";
import { createGoogle } from "../../src/clients/google.ts";
import { type Deployer, everything, type LiveFleet } from "../../src/deployers/port.ts";
import { createPulumiDeployer } from "../../src/deployers/pulumi.ts";
import { readDeployedLive } from "../../src/sources/deployed/live.ts";
import type { FleetInput } from "../../src/stacks/plan/fleet.ts";
import { describeWithEngine } from "../engine/engine.ts";
import { referenceInput } from "../stacks/fleet.ts";
import { openRoom, type Room } from "../stacks/room.ts";

const { signal } = new AbortController();
const request = { scope: everything, refresh: false, signal };
const patience = 240_000;

describeWithEngine("the reference fleet, whole", (engine) => {
  let room: Room | null = null;
  afterEach(async () => {
    await room?.close();
    room = null;
  });

  async function open(seed: "empty" | "story"): Promise<{ room: Room; input: FleetInput; deployer: Deployer }> {
    room = await openRoom(engine, seed, { keepsEveryStep: false, parallel: () => 16 });
    const input = await referenceInput();
    const deployer = createPulumiDeployer({
      site: room.site,
      manifest: input.manifest,
      plan: room.plan(input),
      google: googleOf(room),
    });
    return { room, input, deployer };
  }

  it(
    "is created from nothing, and stays as it is",
    async () => {
      const { room, deployer } = await open("empty");
      const created = await deployer.deploy(request);
      expect(created.failures).toEqual([]);
      expect(created.changes.filter(({ part }) => part.kind === "function").length).toBe(423);
      expect(created.changes.length).toBe(909);
      const { functions, jobs, queues } = await room.inventory();
      expect([functions.length, jobs.length, queues.length]).toEqual([423, 25, 1]);
      room.writes();
      const again = await deployer.deploy(request);
      expect([again.changes, again.failures, again.unchanged]).toEqual([[], [], 909]);
      const look = await deployer.preview({ ...request, refresh: true });
      expect([look.changes, look.failures]).toEqual([[], []]);
      expect(room.writes()).toEqual([]);
    },
    patience,
  );

  it(
    "is adopted as the story has it, strays included, without one write",
    async () => {
      const { room, input, deployer } = await open("story");
      const live = await liveFleet(room);
      expect(live.functions.length).toBe(429);
      room.writes();
      const adoption = await deployer.adopt(live, { signal });
      expect(room.writes()).toEqual([]);
      expect(adoption.failures).toEqual([]);
      const kinds = Map.groupBy(adoption.adopted, ({ part }) => part.kind);
      expect(kinds.get("function")?.length).toBe(429);
      expect(kinds.get("job")?.length).toBe(25);
      expect(kinds.get("queue")?.length).toBe(1);
      const { copies } = await deployer.readState();
      expect(copies.every(({ adopted }) => adopted)).toBe(true);
      const places = (of: readonly { readonly region: string }[], names: readonly string[]) =>
        names.map((name, index) => `${name}@${of[index]?.region}`).sort();
      expect(
        places(
          copies,
          copies.map((copy) => copy.function),
        ),
      ).toEqual(
        places(
          live.functions,
          live.functions.map(({ name }) => name),
        ),
      );
      const differences = Map.groupBy(adoption.differences, ({ operation, part }) => `${operation} ${part.kind}`);
      expect(Object.fromEntries([...differences].map(([kind, all]) => [kind, all.length]))).toEqual({
        "create account": 4,
        "create role": 16,
        "create secret-access": 11,
        "create bucket": 1,
        "create archive": 1,
        "create function": 2,
        "create invoker": 52,
        "create alert": 2,
        "create dashboard": 1,
        "update function": 421,
        "update job": 25,
        "update queue": 1,
      });
      const made = adoption.differences.filter(
        ({ part, operation }) => part.kind === "function" && operation === "create",
      );
      expect(made.map(({ part }) => `${part.function}@${part.region}`).sort()).toEqual([
        "createSubscriptionCheckout@europe-west3",
        "stripeWebhook@europe-west3",
      ]);
      const fieldsOf = (name: string, kind: string) =>
        adoption.differences.find(({ part }) => part.function === name && part.kind === kind)?.fields ?? [];
      expect(fieldsOf("createPaymentIntent", "function")).toEqual([
        {
          field: "account",
          from: "481516234200-compute@developer.gserviceaccount.com",
          to: "regions-payments@demo-regions.iam.gserviceaccount.com",
        },
        { field: "label deployment-tool", from: "cli-firebase", to: "regions" },
        { field: "secrets", from: null, to: "STRIPE_SECRET_KEY" },
        ...[
          "source",
          "variable CALL_TASKS_REGION",
          "variable EVENTARC_CLOUD_EVENT_SOURCE",
          "variable FIREBASE_CONFIG",
          "variable FUNCTION_REGION",
          "variable FUNCTION_TARGET",
          "variable TWILIO_CALLER_NUMBER",
          "variable TWILIO_CALL_APPLICATION",
          "variable TWILIO_PUBLIC_ADDRESSES",
        ].map((field) => ({ field, from: null, to: null })),
      ]);
      expect(fieldsOf("executeScheduledCall", "queue")).toEqual([
        { field: "retryConfig.minBackoff", from: "0.100s", to: "30s" },
      ]);
      // Nothing is adopted twice, and strays are neither changed nor deleted.
      const again = await deployer.adopt(live, { signal });
      expect([again.adopted, again.present]).toEqual([[], 429]);
      const strays = copies.filter(
        (copy) => !input.manifest.functions.get(copy.function)?.regions.includes(copy.region),
      );
      const touched = adoption.differences.filter(
        ({ part, operation }) =>
          strays.some((stray) => stray.function === part.function && stray.region === part.region) ||
          operation === "delete",
      );
      expect(touched).toEqual([]);
      expect(room.writes()).toEqual([]);
      // What stands in its place is deployed like anything else; what does not waits for a decision.
      const affiliate = { ...request, scope: { ...everything, classes: ["affiliate"] } };
      const deployed = await deployer.deploy(affiliate);
      expect(deployed.failures).toEqual([]);
      const next = await deployer.preview({ ...affiliate, refresh: true });
      expect([next.changes, next.failures]).toEqual([[], []]);
      const kept = (await deployer.readState()).copies.filter(
        ({ adopted, region }) => adopted && region === "europe-west1",
      );
      expect(kept.length).toBe(222);
    },
    patience,
  );
});

function googleOf({ sandbox }: Room) {
  return createGoogle({ endpoint: { base: sandbox.base }, token: async () => sandbox.token });
}

/** As `regions adopt` reads it. */
async function liveFleet(room: Room): Promise<LiveFleet> {
  const { facts, gaps } = await readDeployedLive(googleOf(room), "demo-regions", { now: () => new Date() });
  if (facts === null || gaps.length > 0) throw new Error(JSON.stringify(gaps));
  return {
    functions: facts.functions.map(({ name, region, generation, trigger, invoker }) => {
      return { name, region, generation: generation ?? 2, trigger, isPublic: invoker === "public" };
    }),
    jobs: facts.jobs,
    queues: facts.queues,
    unseen: [],
  };
}
