import type { Google } from "../../clients/google.ts";
import { type DeployedFacet, type DeployedFacts, type DeployedFunction, deployedFacets } from "../../model/deployed.ts";
import type { Facet, Gap } from "../../model/gap.ts";
import { readBuckets } from "./buckets.ts";
import { readDatabases } from "./databases.ts";
import { isSwitchedOffHere, projectNumberOf } from "./disabled.ts";
import { knownRegions, type ListedFunction, readFunctions } from "./functions.ts";
import { gapOf } from "./gaps.ts";
import { invokerKey, readInvokers } from "./invokers.ts";
import { readJobs } from "./jobs.ts";
import { type Listing, nothingListed } from "./listing.ts";
import { readLocations } from "./locations.ts";
import { readQueues } from "./queues.ts";
import { readRuntimes } from "./runtimes.ts";
import { completed, type ListedService, readServices, runServiceOf } from "./services.ts";
import { readTriggers } from "./triggers.ts";
import { readUsage } from "./usage.ts";

export interface DeployedLiveOptions {
  /** Left out: all of them. One that is not asked for is named in `lacks`. */
  readonly facets?: readonly DeployedFacet[];
  readonly now: () => Date;
}

export interface DeployedLook {
  /** Null where no function could be listed anywhere. */
  readonly facts: DeployedFacts | null;
  readonly gaps: readonly Gap[];
}

/**
 * Asks Google what a project has deployed. Everything is asked at once; what could not be read is a gap that names the
 * region and the reason. Rejects only when the client's signal is aborted.
 */
export async function readDeployedLive(
  google: Google,
  project: string,
  options: DeployedLiveOptions,
): Promise<DeployedLook> {
  const takenAt = options.now();
  const facets = new Set<DeployedFacet>(options.facets ?? deployedFacets);
  const ifAsked = <T>(facet: DeployedFacet, read: () => Promise<Listing<T>>): Promise<Listing<T>> =>
    facets.has(facet) ? read() : Promise.resolve(nothingListed<T>());

  const locationsAsked = readLocations(google, project);
  const functionsAsked = readFunctions(google, project, locationsAsked);
  const regionsAsked = functionsAsked.then(({ items }) => regionsOf(items));
  // Where the look is aborted before somebody waits for it, its rejection is nobody's.
  regionsAsked.catch(() => {});
  const [locations, functions, services, jobs, queues, triggers, runtimes, usage, databases, buckets] =
    await Promise.all([
      locationsAsked,
      functionsAsked,
      ifAsked("services", () => readServices(google, project, () => knownRegions(locationsAsked))),
      ifAsked("jobs", () => readJobs(google, project, regionsAsked)),
      ifAsked("queues", () => readQueues(google, project, regionsAsked)),
      ifAsked("triggers", () => readTriggers(google, project)),
      ifAsked("runtimes", () => readRuntimes(google, project, regionsAsked)),
      ifAsked("usage", () => readUsage(google, project, takenAt)),
      ifAsked("databases", () => readDatabases(google, project)),
      ifAsked("buckets", () => readBuckets(google, project)),
    ]);

  const functionGaps = gapsOf("functions", functions);
  const nothingRead = functions.items.length === 0 && functionGaps.some((gap) => gap.region === null);
  // Without functions nothing else can be judged; one cause is told once.
  if (nothingRead) return { facts: null, gaps: functionGaps };

  const joined = joinServices(functions.items, services.items);
  const invokers = facets.has("invokers") ? await readInvokers(google, project, joined.functions) : null;
  const number = () => projectNumberOf(joined.functions, services.items);
  const orNothing = <T>(facet: DeployedFacet, listing: Listing<T>): readonly Gap[] =>
    listing.disabled !== null && isSwitchedOffHere(listing.disabled, project, number) ? [] : gapsOf(facet, listing);

  return {
    facts: {
      origin: { kind: "live", file: null, takenAt: takenAt.toISOString() },
      lacks: deployedFacets.filter((facet) => !facets.has(facet)),
      functions: joined.functions
        .map(({ fact }) => {
          const invoker = invokers?.access.get(invokerKey(fact.region, fact.name));
          return invoker === undefined ? fact : { ...fact, invoker };
        })
        .sort(byRegionAndName),
      services: joined.others.map((service) => runServiceOf(service, project)),
      jobs: jobs.items,
      queues: queues.items,
      triggers: triggers.items,
      locations: facets.has("locations") ? locations.items : [],
      runtimes: runtimes.items,
      usage: usage.items,
      databases: databases.items,
      buckets: buckets.items,
    },
    gaps: [
      ...functionGaps,
      ...gapsOf("services", services),
      ...(invokers?.gaps ?? []),
      ...orNothing("jobs", jobs),
      ...orNothing("queues", queues),
      ...orNothing("triggers", triggers),
      ...(facets.has("locations") ? gapsOf("locations", locations) : []),
      ...gapsOf("runtimes", runtimes),
      ...gapsOf("usage", usage),
      ...orNothing("databases", databases),
      ...orNothing("buckets", buckets),
    ],
  };
}

function gapsOf<T>(facet: Facet, listing: Listing<T>): readonly Gap[] {
  return listing.disabled === null ? listing.gaps : [...listing.gaps, gapOf(facet, null, listing.disabled.reason)];
}

/** Completes functions from the services they run on; the other services stay services. */
function joinServices(
  functions: readonly ListedFunction[],
  services: readonly ListedService[],
): { functions: readonly ListedFunction[]; others: readonly ListedService[] } {
  if (services.length === 0) return { functions, others: [] };
  const byName = new Map(services.map((service) => [`${service.region}/${service.name}`, service]));
  const used = new Set<ListedService>();
  const all = functions.map((listed) => {
    const service = listed.service === null ? undefined : byName.get(`${listed.region}/${listed.service}`);
    if (service === undefined) return listed;
    used.add(service);
    return { ...listed, fact: completed(listed.fact, service) };
  });
  const others: ListedService[] = [];
  for (const service of services) {
    if (used.has(service)) continue;
    if (service.function === null) others.push(service);
    else all.push({ fact: service.function, region: service.region, service: service.name });
  }
  return { functions: all, others };
}

function regionsOf(functions: readonly ListedFunction[]): readonly string[] {
  const regions = new Set<string>();
  for (const { region } of functions) regions.add(region);
  return [...regions].sort();
}

function byRegionAndName(a: DeployedFunction, b: DeployedFunction): number {
  if (a.region !== b.region) return a.region < b.region ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
