import type { Manifest } from "../manifest/manifest.ts";
import type { FleetPlan } from "./resource.ts";

/**
 * Writes of functions that Google takes: 60 a minute in a region (generation 2) and 48 in a project (generation 1).
 * Firebase advises batches of ten; as a function takes a minute or so, ten at once stay far below either.
 */
const mostAtOnce = 10;

/** Old and new instances run side by side while a function changes. */
const instancesOfAChange = 2;

/**
 * How many steps of a deployment run at once at Google: not more than its limits of writes allow, and not more than the
 * smallest region could start if they all fell on it. The manifest's `quota` says what a region has; one that states
 * none sets no limit of its own.
 */
export function stepsAtOnce({ copies }: FleetPlan, { regions }: Manifest): number {
  let most = mostAtOnce;
  for (const { region, generation, cpu } of copies) {
    const vcpu = regions.get(region)?.quota?.vcpu ?? null;
    if (vcpu === null || generation === 1) continue;
    most = Math.min(most, Math.floor(vcpu / (cpu * instancesOfAChange)));
  }
  return Math.max(1, most);
}
