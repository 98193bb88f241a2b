/** What became of one line of the release checklist. Only the first is a pass. */
export type LineOutcome =
  | "passed"
  | "failed"
  /** It was asked for, and could not be looked at in full. */
  | "not checked"
  /** Nobody asked for it, or there is nothing of it. */
  | "not asked";

export interface ChecklistLine {
  /** "fleet", "drift", "commit", or "check:NAME" for a command of the manifest. */
  readonly id: string;
  readonly outcome: LineOutcome;
  /** What was seen, on one line. */
  readonly evidence: string;
  /** More of it, where there is more: each finding, the last lines of a command. */
  readonly details: readonly string[];
}

/** The commit that a working tree is at. */
export interface CodeCommit {
  /** 40 hex digits. */
  readonly id: string;
  /** Nothing differs from it; null: that could not be looked at. */
  readonly clean: boolean | null;
}

/** The code that a deployment was made from. */
export interface DeployedCommit {
  /** Null: it lay in no repository, or git could not be asked. */
  readonly id: string | null;
  readonly clean: boolean | null;
  /** Everything was deployed and has ended well: not a class, a region or a few functions. */
  readonly whole: boolean;
  /** When it began; RFC 3339. */
  readonly at: string;
}

export interface Verification {
  readonly version: 1;
  readonly project: string;
  readonly environment: string;
  /** YYYY-MM-DD. */
  readonly today: string;
  /** The code that was verified; null: it lies in no repository, or git could not be asked. */
  readonly commit: CodeCommit | null;
  readonly status: "passed" | "failed" | "not known";
  readonly lines: readonly ChecklistLine[];
}
