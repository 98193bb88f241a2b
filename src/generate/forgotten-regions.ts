import { defaultRegion } from "../model/regions.ts";
import type { Seen } from "./fleet.ts";

/** A fleet smaller than this shows no habit to differ from. */
const fewestFunctions = 20;
const mostInDefault = 0.05;

/**
 * Functions that seem to lie in the default region because nobody named one: they are few, the rest of the fleet lives
 * elsewhere, and no source certainly says that they belong there.
 */
export function forgottenRegions(fleet: ReadonlyMap<string, Seen>): readonly Seen[] {
  const there = [...fleet.values()].filter(({ live }) => live.length === 1 && live[0] === defaultRegion);
  if (fleet.size < fewestFunctions || there.length > fleet.size * mostInDefault) return [];
  return there.filter(({ declared, declaredCertain }) => !(declaredCertain && declared?.includes(defaultRegion)));
}
