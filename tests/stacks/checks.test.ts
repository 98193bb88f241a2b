import { describe, expect, it } from "vitest";
import { checkMoves } from "../../src/stacks/moves.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { checkQuotas } from "../../src/stacks/quota.ts";
import { everyKindInput, everyKindManifest, referenceInput } from "./fleet.ts";

async function planOf(text: string) {
  const input = await everyKindInput(text);
  return { plan: planFleet(input), manifest: input.manifest };
}

describe("checkQuotas", () => {
  const told = async (text: string, load?: Parameters<typeof checkQuotas>[2]) => {
    const { plan, manifest } = await planOf(text);
    return checkQuotas(plan, manifest, load).map(({ place, message, mend }) => `${place?.line} ${message} ${mend}`);
  };

  it("has nothing to say about the reference fleet", async () => {
    const input = await referenceInput();
    expect(checkQuotas(planFleet(input), input.manifest)).toEqual([]);
  });

  it("finds a function that alone exceeds its region's vCPU, at the edge and without a ceiling", async () => {
    expect(await told(everyKindManifest)).toEqual([]);
    expect(
      await told(everyKindManifest.replace("memory: 512Mi, cpu: 1", "memory: 512Mi, cpu: 1, maxInstances: 30")),
    ).toEqual([]);
    expect(
      await told(everyKindManifest.replace("memory: 512Mi, cpu: 1", "memory: 2Gi, cpu: 2, maxInstances: 16")),
    ).toEqual([
      "14 webhook could take 32 vCPU in europe-west3 (16 instances of 2), and the region's quota is 30. Set maxInstances: 15 or fewer, or lower its cpu.",
    ]);
    const open = everyKindManifest
      .replace(", maxInstances: 10", "")
      .replace("  created: { class: payments,", "  created: { cpu: 0.1666, class: payments,");
    expect(await told(open)).toEqual([
      "14 webhook could take 100 vCPU in europe-west3 (100 instances (Google's own ceiling) of 1), and the region's quota is 30. Set maxInstances: 30 or fewer, or lower its cpu.",
      "17 pay could take 100 vCPU in europe-west3 (100 instances (Google's own ceiling) of 1), and the region's quota is 30. Set maxInstances: 30 or fewer, or lower its cpu.",
      "19 charge could take 100 vCPU in europe-west3 (100 instances (Google's own ceiling) of 1), and the region's quota is 30. Set maxInstances: 30 or fewer, or lower its cpu.",
    ]);
    const small = everyKindManifest.replace("vcpu: 30", "vcpu: 0.5");
    expect((await told(small))[0]).toBe(
      "14 webhook could take 10 vCPU in europe-west3 (10 instances of 1), and the region's quota is 0.5. Lower its cpu.",
    );
  });

  it("counts the services of a region, others' among them", async () => {
    const load = (otherServices: number, otherFirstGeneration: number) =>
      new Map([["europe-west1", { otherServices, otherFirstGeneration }]]);
    expect(await told(everyKindManifest, load(994, 996))).toEqual([]);
    expect(await told(everyKindManifest, load(995, 997))).toEqual([
      "5 europe-west1 would hold 6 Cloud Run services beside 995 others, and Google allows 1000 per project and region. Put some into another region.",
      "5 europe-west1 would hold 4 functions of generation 1 beside 997 others, and Google allows 1000 per project and region. Put some into another region.",
    ]);
  });
});

describe("checkMoves", () => {
  const told = async (text: string, present: Parameters<typeof checkMoves>[2]) => {
    const { plan, manifest } = await planOf(text);
    return checkMoves(plan, manifest, present).map(({ place, message, mend }) => `${place?.line} ${message} ${mend}`);
  };
  const at = (region: string, name = "webhook") => ({ function: name, region });

  it("refuses a function that is live elsewhere, with the command that moves it", async () => {
    expect(await told(everyKindManifest, [at("europe-west1"), at("europe-west1", "internal")])).toEqual([
      "14 webhook is live in europe-west1 and would go to europe-west3: deploying would leave behind whoever still reaches it in europe-west1. Type `regions migrate webhook --to europe-west3`: it keeps both copies until nothing reaches the old one.",
    ]);
  });

  it("lets new functions, functions in place, declared moves and copies too many pass", async () => {
    expect(await told(everyKindManifest, [])).toEqual([]);
    expect(await told(everyKindManifest, [at("europe-west3")])).toEqual([]);
    expect(await told(everyKindManifest, [at("europe-west3"), at("europe-west1")])).toEqual([]);
    expect(await told(everyKindManifest, [at("europe-west1", "gone")])).toEqual([]);
    const moving = everyKindManifest.replace(
      "webhook: { class: payments,",
      "webhook: { moving: { from: europe-west1, until: 2026-12-01 }, class: payments,",
    );
    expect(await told(moving, [at("europe-west1")])).toEqual([]);
    expect(await told(moving, [at("us-central1")])).toHaveLength(1);
  });
});
