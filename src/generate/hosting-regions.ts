import type { Manifest } from "../manifest/manifest.ts";
import type { Caller } from "../model/callers.ts";
import { boundRegions } from "./bound-regions.ts";

/** A Hosting rewrite, and the region that it should name. */
export interface RewriteRegion {
  readonly row: Caller;
  readonly region: string;
}

/**
 * Rewrites to functions of the manifest that name no region, or one in which the function is not wanted. Rewrites to
 * anything else, and those of another project, are left alone.
 */
export function rewriteRegions(
  manifest: Manifest,
  rows: readonly Caller[],
  arrived: ReadonlySet<string>,
): readonly RewriteRegion[] {
  const byService = new Map([...manifest.functions.values()].map((entry) => [serviceOf(entry.name), entry]));
  return rows.flatMap((row) => {
    const [target] = row.targets;
    if (target === undefined || (row.project !== null && row.project !== manifest.environment.project)) return [];
    const entry = manifest.functions.get(target.function) ?? byService.get(target.function);
    const regions = entry === undefined ? [] : boundRegions(entry, arrived);
    const [region] = regions;
    const named = row.regionPlace === null ? null : target.region;
    return region === undefined || (named !== null && regions.includes(named)) ? [] : [{ row, region }];
  });
}

/** Name of the Cloud Run service behind a function of the second generation. */
function serviceOf(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
