import type { DeclaredFacts, DeclaredFunction } from "../../src/model/declared.ts";
import { exported as exportedAt } from "../audit/look.ts";

/** A function as its source exports it. */
export function exported(
  name: string,
  regions: readonly string[],
  more: Partial<DeclaredFunction> = {},
): DeclaredFunction {
  return exportedAt(name, 1, regions, more);
}

export function declared(functions: readonly DeclaredFunction[], more: Partial<DeclaredFacts> = {}): DeclaredFacts {
  return { functions, unresolved: [], files: 1, ...more };
}
