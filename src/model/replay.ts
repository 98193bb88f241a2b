import type { ChangeKind, Severity } from "./finding.ts";
import type { Place } from "./place.ts";

/** A commit of the history that is replayed. */
export interface PastCommit {
  readonly id: string;
  /** When it was committed; RFC 3339, in UTC. */
  readonly date: string;
  readonly subject: string;
}

/** By what a finding was mended: its own lines, what regions.yaml says of its function, or what the function's source does. */
export const mendedBy = ["line", "manifest", "source"] as const;
export type MendedBy = (typeof mendedBy)[number];

/**
 * What became of a finding. "vanished": it went although nothing of it was touched; "suppressed": somebody chose to live
 * with it. Both look like noise; "open": it is there at the end.
 */
export type Fate =
  | { readonly kind: "open" }
  | { readonly kind: "mended"; readonly by: PastCommit; readonly how: MendedBy }
  | { readonly kind: "vanished" | "suppressed"; readonly by: PastCommit };

export interface PastFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly function: string | null;
  /** As it was in that commit. */
  readonly place: Place | null;
  readonly fingerprint: string;
  readonly change: ChangeKind;
  /** Null where the commit only touched it: its fate is told where it was brought, if that was not before the range. */
  readonly fate: Fate | null;
}

/** A commit that the gate would have stopped. */
export interface BlockedCommit extends PastCommit {
  /** The commit that it was compared with; null = with nothing, as the first one of all. */
  readonly since: string | null;
  readonly findings: readonly PastFinding[];
}

/** A commit, or a part of one, that could not be looked at. It counts as neither passed nor blocked, unless it is blocked, too. */
export interface UnreadCommit extends PastCommit {
  readonly reasons: readonly string[];
}

/** What a gate would have done on a history, commit by commit along the first parents. */
export interface ReplayReport {
  readonly version: 1;
  readonly project: string | null;
  /** As typed; null = all of it, up to HEAD. */
  readonly since: string;
  readonly until: string | null;
  readonly failOn: Severity;
  readonly first: PastCommit;
  readonly last: PastCommit;
  readonly commits: {
    readonly all: number;
    /** Not stopped, and read in full. */
    readonly passed: number;
    readonly blocked: number;
    /** Could not be read, and are not blocked. */
    readonly unread: number;
  };
  readonly blocked: readonly BlockedCommit[];
  readonly unread: readonly UnreadCommit[];
  /** Why the history does not reach as far back as it was asked for; null where it does. */
  readonly cut: string | null;
}
