import type { DeclaredFunction, GlobalOptionsFact } from "../model/declared.ts";
import type { View } from "./view.ts";

/**
 * The global options that a function would take its region from, had they run in time; null where it has them, where
 * the manifest decides, or where having them would not help: then its region is another rule's business.
 */
export function missedGlobals(view: View, one: DeclaredFunction): GlobalOptionsFact | null {
  const { globalOptions } = one;
  if (globalOptions === undefined || globalOptions.reaches) return null;
  const { manifest } = view;
  if (manifest === null) return globalOptions;
  const byManifest = manifest.codebases.get(one.codebase)?.deployer === "pulumi";
  if (byManifest && one.regions.length === 0) return null;
  if (!manifest.functions.has(one.name)) return globalOptions;
  const { accepted } = view.placementOf(one.name);
  const accepts = (regions: readonly string[]): boolean =>
    regions.length > 0 && regions.every((region) => accepted.includes(region));
  return accepts(one.regions) || !accepts(globalOptions.regions) ? null : globalOptions;
}
