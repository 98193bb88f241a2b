import type { PartKind } from "./deployment.ts";
import type { Gap, SourceName, SourceStatus } from "./gap.ts";
import type { Place, RelatedPlace } from "./place.ts";

export type Severity = "error" | "warning";
export type Confidence = "certain" | "likely";
/** When customers notice: "now" = calls or events fail today, "next" = they will at the next step, "later" = latent. */
export type Impact = "now" | "next" | "later";

/** Why a finding belongs to a change: it was not there before (or not open), or a line of it was changed. */
export type ChangeKind = "new" | "touched";

export interface Suppression {
  /** "ignore": an entry of the manifest; "baseline": one of a baseline. */
  readonly kind: "ignore" | "baseline";
  readonly reason: string;
  readonly owner: string | null;
  /** YYYY-MM-DD. */
  readonly until: string | null;
  /** Where the entry stands. */
  readonly place: Place;
}

/** One field in which the state of deployments and the cloud part. Values as text; null = not set, or not to be shown. */
export interface Difference {
  /** The part that differs: the function itself, or what hangs on it or on its class. */
  readonly kind: PartKind;
  readonly detail: string | null;
  readonly region: string | null;
  /** In the manifest's words; null: the part is gone. */
  readonly field: string | null;
  readonly state: string | null;
  readonly cloud: string | null;
  /** What the manifest wants; null where it says nothing of it. */
  readonly manifest: string | null;
}

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly impact: Impact;
  /** One or two sentences that lead with the consequence for customers. */
  readonly message: string;
  /** What to do next, one imperative sentence, with the command to type where there is one. */
  readonly mend: string;
  readonly function: string | null;
  /** Null for purely deployed facts; then the manifest line is in `related`, where there is one. */
  readonly place: Place | null;
  readonly expected: readonly string[];
  readonly actual: string | null;
  readonly related: readonly RelatedPlace[];
  /** Where state and cloud are compared; left out elsewhere. */
  readonly differences?: readonly Difference[];
  /** Hash of rule, project, function, path, enclosing symbol, normalised snippet and ordinal. */
  readonly fingerprint: string;
  /** Where a change is judged; left out elsewhere. */
  readonly change?: ChangeKind;
  readonly fixable: boolean;
  readonly suppressed: Suppression | null;
}

/** A rule, or a part of its question, that could not be answered. */
export interface NotChecked {
  readonly rule: string;
  /** A region, a function, or "*". */
  readonly scope: string;
  readonly reason: string;
}

export interface AreaScore {
  readonly passed: number;
  readonly checked: number;
  /** 0 to 10 with one decimal; null when nothing in the area was checked. */
  readonly score: number | null;
}

/** What an audit of a change says besides its findings. */
export interface ChangedSince {
  /** As the user named it. */
  readonly ref: string;
  /** The commit that was compared with. */
  readonly mergeBase: string;
  /** Findings that are as they were, and not among those of the report. */
  readonly setAside: { readonly errors: number; readonly warnings: number; readonly suppressed: number };
  /** Of the report's gaps: those that were there before. */
  readonly oldGaps: number;
}

export interface Report {
  readonly version: 1;
  readonly project: string | null;
  readonly environment: string | null;
  readonly today: string;
  readonly findings: readonly Finding[];
  /** Left out where all findings are told, whoever brought them. */
  readonly changedSince?: ChangedSince;
  readonly gaps: readonly Gap[];
  readonly notChecked: readonly NotChecked[];
  readonly sources: Readonly<Record<SourceName, SourceStatus>>;
  readonly checked: {
    readonly rules: number;
    readonly functions: number;
    readonly callers: number;
    readonly holders: number;
  };
  readonly score: {
    /** Null when nothing could be checked. */
    readonly overall: number | null;
    readonly parts: Readonly<Record<string, AreaScore>>;
  };
  /** Sentences worth saying that are no finding: what a file cannot show, its age, rows of other projects set aside. */
  readonly notes: readonly string[];
}
