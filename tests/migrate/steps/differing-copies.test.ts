import { expect, it } from "vitest";
import type { CopyLook, Ports } from "../../../src/migrate/ports/world.ts";
import { deployCopy } from "../../../src/migrate/steps/deploy-copy.ts";
import type { StepContext } from "../../../src/migrate/steps/work.ts";
import type { MovePlan } from "../../../src/model/move.ts";

/* Both copies are live, and something of them is not the same: what a deployment in vain says. */

const same: CopyLook = { state: "ACTIVE", settings: "5f2c", parts: { memory: "a1", cpu: "b2" }, isPublic: true };

function probeWith(made: CopyLook) {
  const looks = new Map([
    ["europe-west1", same],
    ["europe-west3", made],
  ]);
  const ports = { copies: { look: async (_name: string, region: string) => looks.get(region) ?? null } };
  const move = { function: "stripeWebhook", from: "europe-west1", to: "europe-west3", kind: "webhook", steps: [] };
  const context = { move: move as unknown as MovePlan, ports: ports as unknown as Ports, kept: { existed: false } };
  return deployCopy({ do: "deploy-copy" } as never, context as unknown as StepContext).forward.probe();
}

it("is done where both have the same settings", async () => {
  expect(await probeWith(same)).toMatchObject({ is: "done" });
});

it("names what two copies differ in, and where to say it; no value of it", async () => {
  const made = { ...same, settings: "77aa", parts: { memory: "a1", cpu: "c3", concurrency: "d4" } };
  expect(await probeWith(made)).toEqual({
    is: "todo",
    kept: {},
    why: "stripeWebhook in europe-west1 and in europe-west3 differ in cpu, concurrency. What source and regions.yaml leave open, an old copy may keep and a new one does not get: say it there, and resume.",
  });
});

it("names the state of a copy that is not active, and who may call one of them alone", async () => {
  expect(await probeWith({ ...same, state: "FAILED" })).toMatchObject({
    why: "the state of stripeWebhook in europe-west3 is FAILED.",
  });
  expect(await probeWith({ ...same, isPublic: false })).toMatchObject({
    why: "everybody may call stripeWebhook in europe-west1 alone.",
  });
});
