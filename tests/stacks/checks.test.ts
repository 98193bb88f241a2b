import { describe, expect, it } from "vitest";
import { stepsAtOnce } from "../../src/stacks/at-once.ts";
import { checkMoves } from "../../src/stacks/moves.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { checkQuotas } from "../../src/stacks/quota.ts";
import { checkStrangers } from "../../src/stacks/strangers.ts";
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

  it("counts what a region holds: what is live, of the plan or not, and services that are no functions", async () => {
    const live = (many: number, generation: 1 | 2, name = "other") =>
      Array.from({ length: many }, (_, index) => ({ function: `${name}${index}`, region: "europe-west1", generation }));
    const load = (services: number, functions: ReturnType<typeof live>) => ({
      services: new Map([["europe-west1", services]]),
      functions,
    });
    expect(await told(everyKindManifest, load(900, [...live(94, 2), ...live(996, 1)]))).toEqual([]);
    // What is planned and live already takes one place.
    const own = { function: "internal", region: "europe-west1", generation: 2 } as const;
    expect(await told(everyKindManifest, load(900, [...live(94, 2), own]))).toEqual([]);
    expect(await told(everyKindManifest, load(900, [...live(95, 2), ...live(999, 1)]))).toEqual([
      "5 europe-west1 would hold 6 Cloud Run services beside 995 others that are live there, and Google allows 1000 per project and region. Put one into another region, or remove one there that nothing uses (`gcloud run services list --region europe-west1` names them).",
      "5 europe-west1 would hold 4 functions of generation 1 beside 999 others that are live there, and Google allows 1000 per project and region. Put 3 into another region, or remove 3 there that nothing uses (`gcloud functions list --regions europe-west1` names them).",
    ]);
  });

  it("counts the others of the plan that are live where a deployment is limited to one function", async () => {
    const { plan, manifest } = await planOf(everyKindManifest);
    const one = { ...plan, copies: plan.copies.filter((copy) => copy.function === "internal") };
    const functions = plan.copies.filter(({ region }) => region === "europe-west1");
    const load = { services: new Map([["europe-west1", 995]]), functions };
    expect(checkQuotas(one, manifest, load).map(({ message }) => message)).toEqual([
      "europe-west1 would hold 1 Cloud Run services beside 1000 others that are live there, and Google allows 1000 per project and region.",
    ]);
  });
});

describe("stepsAtOnce", () => {
  const most = async (text: string) => {
    const { plan, manifest } = await planOf(text);
    return stepsAtOnce(plan, manifest);
  };

  it("is ten, and less where a region could not start so many", async () => {
    expect(await most(everyKindManifest)).toBe(10);
    expect(await most(everyKindManifest.replace("vcpu: 30", "vcpu: 20"))).toBe(10);
    expect(await most(everyKindManifest.replace("vcpu: 30", "vcpu: 13"))).toBe(6);
    expect(await most(everyKindManifest.replace("memory: 512Mi, cpu: 1", "memory: 4Gi, cpu: 8"))).toBe(1);
  });
});

describe("checkStrangers", () => {
  const at = (name: string, isOurs: boolean, region = "europe-west1") => ({ function: name, region, isOurs });

  it("names copies that others deployed where the plan wants them, and that the state does not know", async () => {
    const { plan } = await planOf(everyKindManifest);
    const live = ["internal", "partner", "nightly", "uploaded", "heard", "grouped-ping"].map((name) => at(name, false));
    const told = (places: Parameters<typeof checkStrangers>[1], known: Parameters<typeof checkStrangers>[2] = []) =>
      checkStrangers(plan, places, known).map(({ message, mend }) => `${message} ${mend}`);
    expect(told(live)).toEqual([
      "6 functions are live already, deployed by somebody else and unknown to the state: internal in europe-west1, partner in europe-west1, nightly in europe-west1, uploaded in europe-west1, heard in europe-west1 and 1 more. Type `regions adopt`: it takes them over as they are.",
    ]);
    expect(told([at("internal", false)], [at("partner", true)])).toEqual([
      "One function is live already, deployed by somebody else and unknown to the state: internal in europe-west1. Type `regions adopt`: it takes them over as they are.",
    ]);
    expect(told([at("internal", true), at("gone", false), at("webhook", false)])).toEqual([]);
    expect(told([at("internal", false)], [at("internal", false)])).toEqual([]);
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
