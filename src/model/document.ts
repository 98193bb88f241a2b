import type { TriggerKind } from "./deployed.ts";
import type { Changes, MoveRow, ScoreEntry, ScorePart } from "./document-history.ts";
import type { Finding } from "./finding.ts";
import type { Gap, SourceName, SourceStatus } from "./gap.ts";
import type { Place } from "./place.ts";

/* `regions report` as data: what every rendering of it shows. Nothing here holds a secret. */

/**
 * What the first line says:
 * wrong    there are open findings;
 * unseen   none, and something that was asked for could not be looked at;
 * partial  none, and something was not asked for, or could not be judged;
 * clean    everything was asked for, read, judged, and right.
 */
export type Tone = "wrong" | "unseen" | "partial" | "clean";

export interface Verdict {
  readonly tone: Tone;
  readonly errors: number;
  readonly warnings: number;
  /** Open findings that customers feel today. */
  readonly now: number;
  readonly suppressed: number;
  readonly gaps: number;
  /** Sources that nobody asked for. */
  readonly notAsked: readonly SourceName[];
}

export interface SourceRow {
  readonly source: SourceName;
  readonly status: SourceStatus;
  readonly gaps: readonly Gap[];
}

/** Questions that have no answer, for one reason. */
export interface OpenQuestions {
  readonly reason: string;
  readonly rules: readonly string[];
  /** Regions, functions, or "*". */
  readonly scopes: readonly string[];
}

export interface ClassRow {
  readonly name: string;
  /** Home. */
  readonly region: string;
  readonly why: string | null;
  /** Classes that must not share a region with it, whichever of the two says so. */
  readonly isolatedFrom: readonly string[];
  readonly allow: readonly string[];
  readonly functions: number;
}

export interface RegionRow {
  readonly name: string;
  readonly role: string | null;
  readonly protected: boolean;
  /** False: something is live there, and regions.yaml does not name it. */
  readonly declared: boolean;
  /** Classes at home there. */
  readonly classes: readonly ClassRow[];
  /** Functions that are wanted there. */
  readonly wanted: number;
  /** Of those: live there. Null: it was not looked at, or not in full. */
  readonly inPlace: number | null;
  /** Copies there that are wanted elsewhere, or by nobody. */
  readonly astray: number;
}

/** How a function stands; see `Standing` of the audit, with what only a whole fleet tells. */
export type FunctionStanding =
  | "in place"
  | "extra copy"
  | "moving"
  | "overdue"
  | "misplaced"
  | "missing"
  | "not looked at"
  | "undeclared"
  | "left out";

export interface CopyRow {
  readonly region: string;
  /** Wanted there, or on its way there or from there in time. */
  readonly accepted: boolean;
  readonly runtime: string | null;
  readonly state: string | null;
}

export interface FunctionRow {
  readonly name: string;
  readonly class: string | null;
  readonly trigger: TriggerKind | null;
  readonly wanted: readonly string[];
  readonly copies: readonly CopyRow[];
  readonly standing: FunctionStanding;
  readonly moving: { readonly from: string; readonly until: string } | null;
  readonly flows: readonly string[];
  /** Rules with open findings on it. */
  readonly rules: readonly string[];
}

/**
 * What a region that somebody names for a function amounts to:
 * right      it is wanted there, and live as far as anybody looked;
 * astray     it can be mended now;
 * follows    it will be right once the function itself is where it belongs;
 * open       it was not looked at, or names no region that can be judged.
 */
export type ReachVerdict = "right" | "astray" | "follows" | "open";

export interface CallRow {
  /** Null: the site's function cannot be told from the source. */
  readonly function: string | null;
  /** Key of the front end or codebase; null without one. */
  readonly owner: string | null;
  readonly symbol: string | null;
  readonly place: Place;
  readonly how: "callable" | "url" | "rewrite" | "env" | "enqueuer" | "unresolved";
  /** Regions that it names; empty where its form carries none. */
  readonly regions: readonly string[];
  readonly wanted: readonly string[];
  /** Variable that the region comes from; null otherwise. */
  readonly variable: string | null;
  readonly verdict: ReachVerdict;
  /** A clause on the verdict; null where it speaks for itself. */
  readonly why: string | null;
}

export interface HolderRow {
  readonly kind: string;
  readonly label: string;
  readonly field: string;
  readonly function: string;
  readonly region: string | null;
  readonly wanted: readonly string[];
  readonly verdict: ReachVerdict;
  readonly why: string | null;
}

/** Who reaches into which region, and how often. */
export interface TrafficRow {
  readonly from: string;
  readonly kind: "callers" | "holders";
  /** In the order of the regions. */
  readonly cells: readonly { readonly region: string; readonly count: number; readonly astray: number }[];
  /** Without a region that can be told. */
  readonly elsewhere: number;
}

export interface HopRow {
  readonly from: string;
  readonly to: string;
  readonly via: "callable" | "task" | "holder" | "trigger" | "note";
  /** Wanted regions of `from` and `to` where they are functions; else empty. */
  readonly fromRegions: readonly string[];
  readonly toRegions: readonly string[];
  /** Where `to` is live; null where it is no function, or nobody looked. */
  readonly toFound: readonly string[] | null;
  readonly verdict: "whole" | "broken" | "follows" | "open" | "note";
  readonly why: string | null;
}

export interface FlowRow {
  readonly name: string;
  readonly hops: readonly HopRow[];
}

export interface CapacityRow {
  readonly region: string;
  /** vCPU in use: the highest mean of the window; null = not known. */
  readonly vcpu: number | null;
  /** The window, RFC 3339. */
  readonly window: { readonly from: string; readonly to: string } | null;
  readonly quota: number | null;
  /** vCPU from which on usage is a warning. */
  readonly warnAt: number | null;
  readonly standing: "below" | "over the warn line" | "no quota stated" | "not known";
  /** Why it is not known. */
  readonly why: string | null;
}

export interface RuntimeRow {
  readonly runtime: string;
  readonly copies: number;
  readonly regions: readonly { readonly region: string; readonly copies: number }[];
  /** YYYY-MM-DD. */
  readonly deprecated: string | null;
  readonly decommissioned: string | null;
  readonly confirmed: boolean;
  readonly standing: "supported" | "soon deprecated" | "deprecated" | "dead" | "no date known";
}

export interface Advice {
  readonly kind: "merge" | "services" | "distance" | "uncalled";
  /** One or two sentences. */
  readonly text: string;
  readonly functions: readonly string[];
}

export interface FleetDocument {
  readonly version: 1;
  readonly kind: "report";
  readonly project: string | null;
  readonly environment: string | null;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** RFC 3339. */
  readonly takenAt: string;
  /** Where deployed functions come from; null: nobody looked. A listing cannot tell an empty region from an unread one. */
  readonly deployedFrom: "live" | "listing" | null;
  readonly verdict: Verdict;
  readonly checked: {
    readonly rules: number;
    readonly functions: number;
    readonly callers: number;
    readonly holders: number;
  };
  readonly sources: readonly SourceRow[];
  readonly openQuestions: readonly OpenQuestions[];
  readonly findings: readonly Finding[];
  readonly regions: readonly RegionRow[];
  readonly traffic: readonly TrafficRow[];
  readonly functions: readonly FunctionRow[];
  readonly calls: readonly CallRow[];
  readonly holders: readonly HolderRow[];
  readonly flows: readonly FlowRow[];
  readonly capacity: readonly CapacityRow[];
  readonly runtimes: readonly RuntimeRow[];
  readonly score: { readonly overall: number | null; readonly parts: readonly ScorePart[] };
  /** Null: no file of it is kept. */
  readonly history: readonly ScoreEntry[] | null;
  readonly changes: Changes | null;
  /** Null: the journals could not be read, and `unread` says why. */
  readonly moves: readonly MoveRow[] | null;
  readonly advice: readonly Advice[];
  /** What else was not looked at: a sentence each. */
  readonly unread: readonly string[];
  readonly notes: readonly string[];
}
