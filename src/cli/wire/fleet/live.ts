import type { Google } from "../../../clients/google.ts";
import { readDeployedLive } from "../../../sources/deployed/live.ts";
import type { ProjectLoad } from "../../../stacks/quota.ts";
import type { LivePlace } from "../../../stacks/strangers.ts";

export interface LiveLook {
  readonly live: readonly LivePlace[];
  /** What counts towards the limits of each region. */
  readonly load: ProjectLoad;
  /** What could not be read, as sentences: there the state alone tells. */
  readonly notes: readonly string[];
}

/** What is live before a deployment: functions, and Cloud Run services that take the places of a region's quota. */
export async function lookBefore(google: Google, project: string, now: () => Date): Promise<LiveLook> {
  const { facts, gaps } = await readDeployedLive(google, project, { facets: ["services"], now });
  const functions = facts?.functions ?? [];
  const services = new Map<string, number>();
  for (const { region } of facts?.services ?? []) services.set(region, (services.get(region) ?? 0) + 1);
  return {
    live: functions.map(({ name, region, deployer }) => {
      return { function: name, region, isOurs: deployer === "regions" };
    }),
    load: {
      functions: functions.map(({ name, region, generation }) => {
        return { function: name, region, generation: generation ?? 2 };
      }),
      services,
    },
    notes: gaps.map(({ facet, scope, reason }) => {
      return `what is live could not be read in full (${facet}${scope === "*" ? "" : `, ${scope}`}: ${reason}); the state alone tells there`;
    }),
  };
}
