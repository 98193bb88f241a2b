import type { Gap } from "./gap.ts";
import type { RelatedPlace } from "./place.ts";

/** Why a copy must stay: what still hangs on it. */
export const obstacleKinds = ["moving", "caller", "holder", "wanted"] as const;
export type ObstacleKind = (typeof obstacleKinds)[number];

/** One thing that a deletion would break. The message is a clause: "calls it in europe-west1". */
export interface Obstacle extends RelatedPlace {
  readonly kind: ObstacleKind;
}

/** A copy that a deployment would delete, and what keeps it. */
export interface KeptCopy {
  readonly function: string;
  readonly region: string;
  readonly codebase: string;
  readonly obstacles: readonly Obstacle[];
  readonly mend: string;
}

/** A copy of which it is not known whether it would be deleted, or whether anything hangs on it. */
export interface OpenCopy {
  readonly function: string;
  readonly region: string;
  readonly codebase: string;
  readonly reason: string;
}

/** What a deployment would do in one region; null: the one that the CLI works out from a trigger. */
export interface RegionChanges {
  readonly region: string | null;
  /** Names of functions. */
  readonly creates: readonly string[];
  readonly updates: readonly string[];
  readonly deletes: readonly string[];
}

/** How the deployment that is about to run was started, as far as it is known. */
export interface DeployRun {
  readonly only: string | null;
  /** Where `only` is from; "assumed": nobody knows, and everything is the most that it can be. */
  readonly onlyFrom: "option" | "command line" | "assumed";
  /** It deletes without asking. */
  readonly force: boolean;
  /** Nobody is asked, so that without `force` it ends before it deletes. */
  readonly unattended: boolean;
  readonly dryRun: boolean;
  /** Version of firebase-tools; null = not known. */
  readonly version: string | null;
  /** Codebases of firebase.json that were looked at. */
  readonly codebases: readonly string[];
}

/** What `regions guard` found. */
export interface GuardReport {
  readonly project: string;
  readonly environment: string;
  readonly status: "passed" | "refused" | "not known";
  readonly run: DeployRun;
  readonly regions: readonly RegionChanges[];
  readonly refused: readonly KeptCopy[];
  readonly open: readonly OpenCopy[];
  /** Why the Firebase CLI will end by itself before it changes anything. */
  readonly stops: readonly string[];
  readonly gaps: readonly Gap[];
  readonly notes: readonly string[];
}
