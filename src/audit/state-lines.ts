import type { RelatedPlace } from "../model/place.ts";
import type { Placement } from "./placement.ts";
import type { View } from "./view.ts";

/* What the state of deployments adds to findings of other rules, and which of them leave `drift` nothing to say. */

/** A deployment would look after this copy: the manifest wants it, and its codebase is deployed by this tool. */
export function isPlanned(view: View, name: string, region: string): boolean {
  const entry = view.manifest?.functions.get(name);
  if (entry === undefined || view.manifest?.codebases.get(entry.codebase)?.deployer !== "pulumi") return false;
  return entry.regions.includes(region) || entry.moving?.from === region;
}

/** missing-function or wrong-region says that nothing answers in a region where the function belongs. */
export function saysAbsent({ standing, certain, absentWanted }: Placement, view: View, region: string): boolean {
  if (view.fleet.facts === null || !absentWanted.includes(region)) return false;
  return standing === "missing" || standing === "misplaced" || (standing === "in-place" && certain);
}

/** undeclared-function, duplicate-function or wrong-region says that this copy should not be there. */
export function saysStray({ entry, standing, extras }: Placement, view: View, region: string): boolean {
  if (view.fleet.facts === null) return false;
  if (entry === null) return extras.some((copy) => copy.region === region);
  const isSaid = standing === "in-place" || standing === "moving" || standing === "misplaced";
  return isSaid && extras.some((copy) => copy.region === region);
}

/** What a deployment does with a copy that should not be there, where its state holds it. */
export function strayLine(view: View, name: string, region: string): RelatedPlace[] {
  const known = view.remembered?.copyIn(name, region) ?? null;
  if (known === null || isPlanned(view, name, region)) return [];
  const effect = known.adopted
    ? "as adopted: no deployment touches it until somebody decides"
    : "and the next `regions deploy` deletes it";
  return [{ place: null, message: `${stateOf(view)} holds this copy in ${region}, ${effect}` }];
}

/** Regions in which a function was deployed, and is gone without a deployment. */
export function goneIn(view: View, name: string, regions: readonly string[]): readonly string[] {
  return regions.filter((region) => view.remembered?.isGone(name, region) === true);
}

/** That it was there: whoever deleted it did so behind the last deployment's back. */
export function goneLines(view: View, name: string, regions: readonly string[]): RelatedPlace[] {
  return goneIn(view, name, regions).map((region) => ({
    place: null,
    message: `${stateOf(view)} still holds it in ${region}: somebody deleted it there since it was deployed`,
  }));
}

/** How what somebody has changed or deleted is put back; a plain deployment trusts the state, and would not see it. */
export function putBack(view: View): string {
  return `\`${view.command("deploy --refresh")}\``;
}

/** "the state of production". */
export function stateOf(view: View): string {
  return `the state of ${view.manifest?.environment.name ?? "the environment"}`;
}
