import type { DeclaredFunction, UnresolvedDeclaration } from "../../model/declared.ts";
import type { Gap } from "../../model/gap.ts";

/** A codebase of functions as it is asked for. */
export interface Codebase {
  readonly name: string;
  /** Relative to the root; "" = the root itself. */
  readonly folder: string;
  /** Put before every id with a "-"; empty without one. */
  readonly prefix: string;
  /** "nodejs22", "python312"; null where only the package says it. */
  readonly runtime: string | null;
}

/** What reading one codebase gave. Names are without the codebase's prefix. */
export interface Reading {
  readonly functions: readonly DeclaredFunction[];
  readonly unresolved: readonly UnresolvedDeclaration[];
  /** Every export was understood: a function that is not among them is not there. */
  readonly whole: boolean;
  readonly gaps: readonly Gap[];
  /** Files that were looked at. */
  readonly files: readonly string[];
  /** The main module, as source; null where there is none to read. */
  readonly entry: string | null;
}

export function unread(scope: string, reason: string): Reading {
  return { functions: [], unresolved: [], whole: false, gaps: [filesGap(scope, reason)], files: [], entry: null };
}

export function filesGap(scope: string, reason: string): Gap {
  return { source: "declared", facet: "files", scope, region: null, reason };
}
