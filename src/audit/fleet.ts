import type { DeployedAspect, DeployedFacts, DeployedFunction } from "../model/deployed.ts";
import type { Facet, Gap } from "../model/gap.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { addTo } from "./multimap.ts";

/**
 * What can be said of one function in one region. "doubtful": the listing shows nothing at all in that region and is
 * of a kind that cannot tell an empty region from one it did not reach. "unread": nothing was looked at there.
 */
export type Presence = "live" | "absent" | "doubtful" | "unread";

/** What is deployed, indexed once. */
export class Fleet {
  /** Null when deployed functions were not asked for, or could not be read at all. */
  readonly facts: DeployedFacts | null;
  /** Copies of this project, in the order of the listing. */
  readonly functions: readonly DeployedFunction[];
  readonly copies: ReadonlyMap<string, readonly DeployedFunction[]>;
  /** How many copies of other projects were left out of everything else. */
  readonly setAside: number;
  /** Gaps in the list of functions itself. */
  readonly gaps: readonly Gap[];
  readonly #allGaps: readonly Gap[];
  readonly #seenRegions = new Set<string>();
  readonly #unreadRegions = new Set<string>();
  readonly #unreadEverywhere: boolean;
  readonly #lacks: ReadonlySet<DeployedAspect>;
  #byHost: Map<string, DeployedFunction> | null = null;
  readonly #runTokens = new Set<string>();
  #hashesSeen = false;
  #numbersSeen = false;

  constructor(snapshot: Snapshot) {
    const all = snapshot.sources.deployed === "not asked" ? null : snapshot.deployed;
    const functions: DeployedFunction[] = [];
    const copies = new Map<string, DeployedFunction[]>();
    let setAside = 0;
    for (const copy of all?.functions ?? []) {
      if (!isOurs(copy.project, snapshot.project)) {
        setAside += 1;
        continue;
      }
      // A copy listed twice (once per API version) is one copy.
      if (copies.get(copy.name)?.some((other) => other.region === copy.region)) continue;
      functions.push(copy);
      this.#seenRegions.add(copy.region);
      addTo(copies, copy.name, copy);
    }
    this.functions = functions;
    this.copies = copies;
    this.setAside = setAside;
    // A listing that holds other projects alone says nothing of this one.
    this.facts = functions.length === 0 && setAside > 0 ? null : all;
    this.#allGaps = snapshot.gaps.filter((gap) => gap.source === "deployed");
    this.gaps = this.#allGaps.filter((gap) => gap.facet === "functions");
    this.#unreadEverywhere = this.gaps.some((gap) => gap.region === null);
    for (const gap of this.gaps) if (gap.region !== null) this.#unreadRegions.add(gap.region);
    this.#lacks = new Set(this.facts?.lacks ?? []);
  }

  copiesOf(name: string): readonly DeployedFunction[] {
    return this.copies.get(name) ?? [];
  }

  copyIn(name: string, region: string): DeployedFunction | null {
    return this.copiesOf(name).find((copy) => copy.region === region) ?? null;
  }

  presence(name: string, region: string): Presence {
    if (this.facts === null) return "unread";
    if (this.copyIn(name, region) !== null) return "live";
    if (this.#unreadEverywhere || this.#unreadRegions.has(region)) return "unread";
    if (this.#lacks.has("unreachable-regions") && !this.#seenRegions.has(region)) return "doubtful";
    return "absent";
  }

  /** Absence anywhere can be believed: asked for, and no region left out. */
  get complete(): boolean {
    return this.facts !== null && this.gaps.length === 0;
  }

  /** What to call the part that was not read: the regions of the gaps, or "*". */
  get unreadScope(): string {
    if (this.facts === null || this.#unreadEverywhere) return "*";
    return this.gaps[0]?.region ?? "*";
  }

  /** The copy that a run.app URL reaches, by its host alone; null when no copy lists such a URL. */
  copyAtHost(url: string): DeployedFunction | null {
    if (this.#byHost === null) this.#indexHosts();
    return this.#byHost?.get(hostOf(url)) ?? null;
  }

  /** The hash (or project number) in run.app hosts is the same for a whole project: another one is another project. */
  isForeignHost(url: string): boolean {
    if (this.#byHost === null) this.#indexHosts();
    const host = hostOf(url);
    const token = runProjectToken(host);
    if (token === null || this.#runTokens.has(token)) return false;
    return isHashHost(host) ? this.#hashesSeen : this.#numbersSeen;
  }

  #indexHosts(): void {
    this.#byHost = new Map();
    for (const copy of this.functions) {
      for (const url of copy.urls) {
        const host = hostOf(url);
        const token = runProjectToken(host);
        if (token === null) continue;
        this.#byHost.set(host, copy);
        this.#runTokens.add(token);
        if (isHashHost(host)) this.#hashesSeen = true;
        else this.#numbersSeen = true;
      }
    }
  }

  lacks(aspect: DeployedAspect): boolean {
    return this.#lacks.has(aspect);
  }

  /** The gap that hides a facet in a region, or null. */
  gapIn(facet: Facet, region: string): Gap | null {
    return this.#allGaps.find((gap) => gap.facet === facet && (gap.region === null || gap.region === region)) ?? null;
  }
}

/** Rows without a project, and rows that carry the project's number, are taken as ours. */
export function isOurs(project: string | null, ours: string | null): boolean {
  if (project === null || project === "" || ours === null || project === ours) return true;
  return /^\d+$/.test(project);
}

function hostOf(url: string): string {
  const start = url.indexOf("://") + 3;
  const end = url.indexOf("/", start);
  return (end < 0 ? url.slice(start) : url.slice(start, end)).toLowerCase();
}

/** The hash form carries the project's hash, the other one its number. */
function isHashHost(host: string): boolean {
  return host.endsWith(".a.run.app");
}

/** "abcdefghij" of svc-abcdefghij-ew.a.run.app, "123456789" of svc-123456789.europe-west1.run.app; else null. */
function runProjectToken(host: string): string | null {
  if (!host.endsWith(".run.app")) return null;
  const parts = (host.split(".")[0] ?? "").split("-");
  return (isHashHost(host) ? parts[parts.length - 2] : parts[parts.length - 1]) ?? null;
}
