import type { FunctionEntry } from "../manifest/manifest.ts";

/**
 * Regions in which callers may reach a function, never one where it may not be live yet: while it moves, callers stay
 * where it comes from, until somebody says that the new copy answers.
 * @param arrived names of functions on the move whose new copy is live
 */
export function boundRegions(entry: FunctionEntry, arrived: ReadonlySet<string>): readonly string[] {
  return entry.moving === null || arrived.has(entry.name) ? entry.regions : [entry.moving.from];
}
