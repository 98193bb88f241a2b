import type { RegionSource } from "./callers.ts";
import type { Generation, TriggerKind } from "./deployed.ts";
import type { Place } from "./place.ts";

/** A function that a codebase's source exports. */
export interface DeclaredFunction extends Place {
  /** Deployed ID: export path joined with "-". */
  readonly name: string;
  readonly codebase: string;
  readonly project: string | null;
  /** Regions the source names; empty when it names none (the deployer decides). */
  readonly regions: readonly string[];
  readonly generation: Generation;
  readonly trigger: TriggerKind;
  readonly certain: boolean;
  /** Where the region's value is written; null when the source names none. */
  readonly regionPlace: Place | null;
  readonly regionSource: RegionSource | null;
  readonly snippet: string;
}

export interface UnresolvedDeclaration extends Place {
  readonly endLine: number;
  readonly codebase: string;
  readonly reason: string;
}

/** A function that a file of a codebase defines, and its entry does not export: it is never deployed. */
export interface UnexportedFunction extends Place {
  readonly name: string;
  readonly codebase: string;
}

export interface DeclaredFacts {
  readonly functions: readonly DeclaredFunction[];
  /** Of the names that callers use and nothing exports; left out where nobody looked for them. */
  readonly unexported?: readonly UnexportedFunction[];
  readonly unresolved: readonly UnresolvedDeclaration[];
  /** Files that were looked at, for "checked". */
  readonly files: number;
}
