import type { Manifest } from "../manifest/manifest.ts";
import type { Report, Severity } from "../model/finding.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { CodeCommit, DeployedCommit } from "../model/verification.ts";

/** What was looked at, or why it could not be. */
export type Looked<T> = { readonly found: T } | { readonly unread: string };

export interface CommandOutcome {
  readonly name: string;
  /** Command line. */
  readonly run: string;
  /** Folder it ran in, relative to the root. */
  readonly folder: string;
  /** Null: it ended well. */
  readonly reason: string | null;
  /** The last lines of what it printed. */
  readonly output: readonly string[];
  readonly seconds: number;
}

/** Everything that the release checklist is made from. */
export interface VerifyFacts {
  readonly report: Report;
  readonly snapshot: Snapshot;
  readonly manifest: Manifest;
  readonly failOn: Severity;
  /** The code here. */
  readonly commit: CodeCommit | null;
  /** The last deployment of everything and those after it, last first. */
  readonly deployments: Looked<readonly DeployedCommit[]>;
  /** The commit that has to be live, as typed; null: nobody asked. */
  readonly wantedCommit: string | null;
  /** Moves and prunes that are not over: one line each. */
  readonly openMoves: Looked<readonly string[]>;
  /** Null: they were left out on purpose. */
  readonly commands: readonly CommandOutcome[] | null;
}
