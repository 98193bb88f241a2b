import type { AreaScore } from "./finding.ts";
import type { SourceName } from "./gap.ts";

/* What of `regions report` reaches over more than one look: scores, changes, moves. */

/** One line of a score's history. */
export interface ScoreEntry {
  /** RFC 3339: when the facts were gathered. */
  readonly takenAt: string;
  readonly project: string | null;
  readonly environment: string | null;
  readonly overall: number | null;
  readonly parts: Readonly<Record<string, number | null>>;
  readonly errors: number;
  readonly warnings: number;
  /** The look was cut short, so the score is one of what could be seen. */
  readonly gaps: number;
  /** Sources that were not asked for: scores of other looks are other scores. */
  readonly notAsked: readonly SourceName[];
}

export interface ScorePart extends AreaScore {
  readonly area: string;
  readonly weight: number;
}

/** Where a copy went, or came from. */
export interface CopyChange {
  readonly function: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface FindingChange {
  readonly fingerprint: string;
  readonly rule: string;
  readonly function: string | null;
  readonly message: string;
}

export interface Changes {
  /** The file, as typed, and when its facts were gathered; a day where it knows no more. */
  readonly since: { readonly file: string; readonly at: string };
  /** Null: one of the two cannot say what was live; `why` tells. */
  readonly copies: {
    readonly moved: readonly CopyChange[];
    readonly removed: readonly CopyChange[];
    readonly added: readonly CopyChange[];
    /** Gone or new, unless a look was cut short there. */
    readonly open: readonly CopyChange[];
  } | null;
  readonly findings: {
    readonly added: readonly FindingChange[];
    readonly mended: readonly FindingChange[];
    /** Not found again, which proves nothing: the looks were not the same. */
    readonly open: readonly FindingChange[];
    readonly standing: number;
  };
  readonly scoreBefore: number | null;
  readonly why: string | null;
}

/** A move by its journal. */
export interface MoveRow {
  readonly id: string;
  readonly function: string;
  readonly from: string;
  /** Null: the copy in `from` is taken away, and none made. */
  readonly to: string | null;
  readonly state: "done" | "rolled back" | "under way";
  /** RFC 3339: its last record. */
  readonly at: string;
}
