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
  /**
   * The `setGlobalOptions` that somebody reading the function would take its region from; absent where the function
   * names a region of its own, or no such call names one.
   */
  readonly globalOptions?: GlobalOptionsFact;
}

export interface GlobalOptionsFact {
  readonly place: Place;
  readonly regions: readonly string[];
  /** It ran before the function was made, and is the last that did. */
  readonly reaches: boolean;
}

/** Where what the SDK discovers and what the source says part. The place is the function's, or the codebase's entry. */
export interface DiscoveryDifference extends Place {
  readonly function: string;
  readonly codebase: string;
  readonly about: "existence" | "regions" | "generation" | "trigger";
  /** What the source says, for people; null: nothing of that name. */
  readonly source: string | null;
  /** What the SDK says, for people; null: nothing of that name. */
  readonly discovered: string | null;
}

/** What came of running the SDK's own discovery. */
export interface Discovery {
  /** Codebases that were run; one that could not be is a gap. */
  readonly codebases: readonly string[];
  /** Functions found both ways, or that should have been. */
  readonly compared: number;
  readonly differences: readonly DiscoveryDifference[];
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
  /** Absent where discovery was not asked for. */
  readonly discovery?: Discovery;
}
