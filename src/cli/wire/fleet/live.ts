import type { Google } from "../../../clients/google.ts";
import { readDeployedLive } from "../../../sources/deployed/live.ts";
import type { RegionLoad } from "../../../stacks/quota.ts";
import type { FleetPlan } from "../../../stacks/resource.ts";
import type { LivePlace } from "../../../stacks/strangers.ts";

export interface LiveLook {
  readonly live: readonly LivePlace[];
  /** What stands in each region beside the plan. */
  readonly load: ReadonlyMap<string, RegionLoad>;
  /** What could not be read, as sentences: there the state alone tells. */
  readonly notes: readonly string[];
}

/** What is live before a deployment: functions, and Cloud Run services that take the places of a region's quota. */
export async function lookBefore(google: Google, plan: FleetPlan, now: () => Date): Promise<LiveLook> {
  const { facts, gaps } = await readDeployedLive(google, plan.project, { facets: ["services"], now });
  const planned = new Set(plan.copies.map((copy) => `${copy.function}@${copy.region}`));
  const load = new Map<string, { otherServices: number; otherFirstGeneration: number }>();
  const count = (region: string, key: keyof RegionLoad): void => {
    const counts = load.get(region) ?? { otherServices: 0, otherFirstGeneration: 0 };
    counts[key]++;
    load.set(region, counts);
  };
  for (const { name, region, generation } of facts?.functions ?? []) {
    if (planned.has(`${name}@${region}`)) continue;
    count(region, generation === 1 ? "otherFirstGeneration" : "otherServices");
  }
  for (const { region } of facts?.services ?? []) count(region, "otherServices");
  return {
    live: (facts?.functions ?? []).map(({ name, region, deployer }) => {
      return { function: name, region, isOurs: deployer === "regions" };
    }),
    load,
    notes: gaps.map(({ facet, scope, reason }) => {
      return `what is live could not be read in full (${facet}${scope === "*" ? "" : `, ${scope}`}: ${reason}); the state alone tells there`;
    }),
  };
}
