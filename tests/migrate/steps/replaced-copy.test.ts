import { expect, it } from "vitest";
import type { Ports } from "../../../src/migrate/ports/world.ts";
import { removeCopy } from "../../../src/migrate/steps/remove-copy.ts";
import { switchHolder } from "../../../src/migrate/steps/switch-holder.ts";
import type { StepContext } from "../../../src/migrate/steps/work.ts";
import type { CopyRef, HolderRef, MovePlan } from "../../../src/model/move.ts";

/* A copy that goes for good: its holders lead to another function, or nothing needs to stay. */

const holder: HolderRef = { kind: "twilio", id: "PN7c40", label: "+33186260440", field: "voiceFallbackUrl" };
const old: CopyRef = { function: "twilioWebhook", region: "europe-west1" };
const other: CopyRef = { function: "twilioCallWebhook", region: "europe-west3" };

function contextOf(
  stays: CopyRef | null,
  live: readonly CopyRef[],
  leads: CopyRef,
  wants = false,
): StepContext & { now(): CopyRef } {
  let at = leads;
  const isLive = (name: string, region: string) =>
    live.some((copy) => copy.function === name && copy.region === region);
  const ports: Pick<Ports, "copies" | "holders" | "callers"> & { manifest: Pick<Ports["manifest"], "wants"> } = {
    manifest: { wants: async () => wants },
    copies: {
      look: async (name, region) =>
        isLive(name, region) ? { state: "ACTIVE", settings: `of ${name}`, isPublic: true } : null,
      deploy: async () => expect.fail("a prune deploys nothing"),
      remove: async () => {},
    },
    holders: {
      look: async () => ({ ...at, active: true, others: { voiceUrl: "a1" } }),
      reaching: async (name, region) => (at.function === name && at.region === region ? [holder] : []),
      lead: async (_ref, name, _from, to, toName = name) => {
        at = { function: toName, region: to };
      },
    },
    callers: { naming: async () => [], rewrite: async () => [] },
  };
  const move = { purpose: "prune", ...old, from: old.region, to: stays?.region ?? old.region, stays, steps: [] };
  return {
    move: move as unknown as MovePlan,
    ports: ports as unknown as Ports,
    kept: {},
    keptOf: () => ({}),
    doneAt: () => null,
    isOpen: false,
    isDone: false,
    stop: null,
    accepted: null,
    startedAt: 0,
    switchedAt: null,
    putBackAt: null,
    hasSwitched: false,
    now: () => at,
  };
}

it("leads a holder to the function that stands in, and back to the old one", async () => {
  const context = contextOf(other, [old, other], old);
  const { forward, backward } = switchHolder({ do: "switch-holder", holder }, context);
  expect(await forward.probe()).toEqual({ is: "todo", kept: { "there voiceUrl": "a1" } });
  await forward.apply?.();
  expect(context.now()).toEqual(other);
  expect(await forward.probe()).toEqual({
    is: "done",
    evidence:
      "twilio +33186260440 (voiceFallbackUrl) leads to twilioCallWebhook in europe-west3; its 1 other fields are as before",
  });
  expect(await backward?.probe()).toEqual({ is: "todo", kept: { "back voiceUrl": "a1" } });
  await backward?.apply?.();
  expect(context.now()).toEqual(old);
  expect(await backward?.probe()).toMatchObject({ is: "done" });
});

it("leads nothing to a function that is not live, and names both where a holder leads elsewhere", async () => {
  const dead = switchHolder({ do: "switch-holder", holder }, contextOf(other, [old], old));
  await expect(dead.forward.apply?.()).rejects.toThrow(
    "twilioCallWebhook is not ACTIVE in europe-west3: nothing is led there. Deploy it there again, and resume.",
  );
  const elsewhere = { function: "stripeWebhook", region: "europe-west3" };
  const changed = switchHolder({ do: "switch-holder", holder }, contextOf(other, [old, other], elsewhere));
  expect(await changed.forward.probe()).toEqual({
    is: "changed",
    what: "twilio +33186260440 (voiceFallbackUrl) leads to neither twilioWebhook in europe-west1 nor twilioCallWebhook in europe-west3: somebody else has changed it. Lead it to one of them, and resume.",
  });
});

it("keeps a copy that a holder leads to, and one whose stand-in is not live", async () => {
  const probe = (context: StepContext) => removeCopy({ do: "remove-copy" }, context).forward.probe();
  expect(await probe(contextOf(null, [old], old))).toMatchObject({
    is: "changed",
    what: expect.stringContaining("leads to twilioWebhook in europe-west1: lead it away, and resume."),
  });
  expect(await probe(contextOf(other, [old], other))).toMatchObject({
    is: "changed",
    what: expect.stringContaining("twilioCallWebhook is not ACTIVE in europe-west3"),
  });
  expect(await probe(contextOf(null, [old], other))).toEqual({ is: "todo" });
  const declared = contextOf(null, [old], other, true);
  const what =
    "regions.yaml wants twilioWebhook in europe-west1 by now: roll this prune back, or take that out, and resume.";
  expect(await probe(declared)).toEqual({ is: "changed", what });
  await expect(removeCopy({ do: "remove-copy" }, declared).forward.apply?.()).rejects.toThrow(what);
  expect(await probe(contextOf(other, [other], other))).toEqual({
    is: "done",
    evidence: "twilioWebhook is gone from europe-west1; twilioCallWebhook is live in europe-west3",
  });
});
