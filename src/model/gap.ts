import { deployedFacets } from "./deployed.ts";

/** The kinds of facts a look gathers. */
export const sourceNames = ["declared", "callers", "deployed", "holders", "state"] as const;
export type SourceName = (typeof sourceNames)[number];

/** What within a source could not be read, so that a rule can tell whether its own question is touched. */
export const facets = [
  // deployed
  "functions",
  ...deployedFacets,
  // holders
  "stripe",
  "twilio",
  "telegram",
  "scheduler",
  "task-queues",
  "push",
  // declared and callers
  "files",
  // declared, where the SDK's own discovery was asked for
  "discovery",
  // state: the state itself, and what is there of what it holds
  "state",
  "resources",
] as const;
export type Facet = (typeof facets)[number];

/** The facet whose gap touches every question to a source. */
export const wholeFacets: Readonly<Record<SourceName, Facet>> = {
  declared: "files",
  callers: "files",
  deployed: "functions",
  holders: "stripe",
  state: "state",
};

/** Something that was asked for and could not be looked at. Never stands for "there is none". */
export interface Gap {
  readonly source: SourceName;
  readonly facet: Facet;
  /** What a person reads: a region id, a file or folder, "stripe", or "*" for all of the facet. */
  readonly scope: string;
  /** The region the gap is confined to; null where it touches every region. */
  readonly region: string | null;
  readonly reason: string;
}

/** How far a source was read. "not asked" is neither a gap nor a pass. */
export type SourceStatus = "read" | "partial" | "failed" | "not asked";
