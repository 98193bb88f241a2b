import type { CodebaseEntry, FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { DeployedFunction } from "../../model/deployed.ts";
import type { CopyRef, MoveKind } from "../../model/move.ts";
import type { MoveFacts } from "./facts.ts";

/** What a prune is planned from: one look, as far as it concerns the function, and the one that stands in for it. */
export interface PruneFacts {
  readonly own: MoveFacts;
  /** Of the function that holders are led to; null: none was named. */
  readonly standIn: MoveFacts | null;
}

/** What is planned with, once it is clear which copy goes. */
export interface PruneInput {
  readonly manifest: Manifest;
  readonly name: string;
  readonly region: string;
  readonly old: DeployedFunction;
  readonly kind: MoveKind;
  /** Null: the manifest does not declare it in this environment. */
  readonly entry: FunctionEntry | null;
  readonly stays: CopyRef | null;
  /** The copy that stays, as it is live; null: nothing stays, or it is not live. */
  readonly other: DeployedFunction | null;
  /** Whose ledger tells of effects: the codebase of what stays; null: nothing stays, or it is not declared. */
  readonly codebase: CodebaseEntry | null;
  readonly facts: PruneFacts;
  /** RFC 3339. */
  readonly now: string;
  readonly unproven: string | null;
  readonly quietForMs: number | null;
}

export function isWanted(entry: FunctionEntry | null, region: string): boolean {
  return entry?.regions.includes(region) === true;
}
