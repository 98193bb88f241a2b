import type { CallerTarget, RegionSource } from "../../model/callers.ts";
import type { Place } from "../../model/place.ts";
import { placeOf } from "../code/module.ts";
import { type Alternative, type Condition, join, type Spot, type Value } from "../code/value.ts";

/** One function in one region as a site was read under one way of being called. */
export interface Reach {
  readonly target: CallerTarget;
  readonly source: RegionSource;
  readonly regionPlace: Place | null;
  readonly project: string | null;
  readonly via: readonly Spot[];
  readonly certain: boolean;
}

/** What a site says once the parameters that are known so far are bound. */
export interface Reading {
  readonly reaches: readonly Reach[];
  /** Parameters that still decide something: first those that decide the name. */
  readonly open: readonly Extract<Value, { kind: "parameter" }>[];
  /** The function's name hangs on a parameter. */
  readonly nameOpen: boolean;
  readonly failures: readonly string[];
  /** false: nothing read so far says that this is about functions at all, so what stays open is nobody's concern. */
  readonly concerns?: boolean;
}

export function spotPlace(spot: Spot): Place {
  if ("place" in spot) return spot.place;
  const { file, line, column } = placeOf(spot);
  return { file, line, column };
}

/** Joins a name and a region that hold together; null when their conditions exclude each other. */
export function pair(name: Alternative, region: Alternative): { when: readonly Condition[]; sure: boolean } | null {
  const both = join(name, region);
  return both === null ? null : { when: both.when, sure: both.sure };
}

export function whenText(conditions: readonly Condition[]): string | null {
  const all = new Set(conditions.map((condition) => condition.text).filter((text) => text !== ""));
  // Both at once is the same words about two calls of one function, and tells a reader nothing.
  const both = [...all].filter((text) => all.has(`not (${text})`));
  const texts = [...all].filter((text) => !both.some((one) => text === one || text === `not (${one})`));
  return texts.length === 0 ? null : texts.join(" and ").slice(0, 200);
}

/** Nodes that give a value a name; a call that hands it on does not. */
const namesValues = new Set(["VariableDeclarator", "TSEnumMember", "PropertyDefinition"]);

/** Where a region's text comes from, in the words of the contract. */
export function sourceOf(region: Alternative, isDefault: boolean): RegionSource {
  if (region.env !== null)
    return region.env.use === "committed" ? `env:${region.env.name}` : `env-fallback:${region.env.name}`;
  if (isDefault) return "default";
  const named = region.via.some((spot) => "node" in spot && namesValues.has(spot.node.type));
  return named ? "constant" : "literal";
}

/** A region id as Google writes it: letters, a dash, letters and a number. */
export function isRegionId(text: string): boolean {
  return /^[a-z]+-[a-z]+\d{1,2}$/.test(text);
}
