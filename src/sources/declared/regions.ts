import type { RegionSource } from "../../model/callers.ts";
import type { Place } from "../../model/place.ts";
import type { Evaluator } from "../code/evaluate.ts";
import { placeOf, type Site } from "../code/module.ts";
import { type Alternative, absent, type Spot, type Value } from "../code/value.ts";
import { chainOf } from "./trigger.ts";

/** Regions that a piece of source names. `problem` says why some of them could not be told. */
export interface NamedRegions {
  readonly regions: readonly string[];
  readonly certain: boolean;
  readonly place: Place | null;
  readonly source: RegionSource | null;
  readonly problem: string | null;
  /** Nothing is said of a region, or perhaps nothing: the global options hold. An explicit undefined says "none". */
  readonly silent: boolean;
}

export const noRegions: NamedRegions = {
  regions: [],
  certain: true,
  place: null,
  source: null,
  problem: null,
  silent: true,
};

/** Reads region values: a text, a list of texts, a parameter of the deploy, or nothing. */
export function readRegions(evaluator: Evaluator, values: readonly Alternative[], site: Site): NamedRegions {
  const regions = new Set<string>();
  let certain = true;
  let place: Place | null = null;
  let source: RegionSource | null = null;
  let problem: string | null = null;
  let choices = 0;
  let silent = values.length === 0;
  const take = (alternative: Alternative, trail: readonly Spot[]): void => {
    const { value } = alternative;
    if (value === absent) {
      silent = true;
      return;
    }
    if (value.kind === "list") {
      if (value.changed) certain = false;
      const inside = [...trail, ...alternative.via];
      for (const item of value.items) {
        for (const inner of item.values()) {
          if (!item.spread || inner.value.kind === "list") take(inner, inside);
          else problem ??= "a list is spread that is only known when the program runs";
        }
      }
      if (problem !== null) certain = false;
      return;
    }
    if (value.kind === "plain" && (value.value === undefined || value.value === null)) return;
    // RESET_VALUE asks for the default of the platform.
    if (chainOf(value)?.steps.at(-1)?.name === "RESET_VALUE") return;
    const read = value.kind === "call" ? readParam(evaluator, value, site) : null;
    if (read !== null) {
      certain = false;
      source ??= read.source;
      place ??= read.place;
      if (read.region === null) problem = read.problem;
      else regions.add(read.region);
      return;
    }
    if (value.kind !== "text" || value.holes.length > 0 || !/^[a-z]+-[a-z]+\d{1,2}$/.test(value.text)) {
      certain = false;
      place ??= alternative.written === null ? null : placeAt(alternative.written);
      problem =
        problem ??
        (value.kind === "unknown"
          ? value.reason
          : value.kind === "text" && value.holes.length === 0
            ? `"${value.text.slice(0, 60)}" is no region`
            : "it is only known when the program runs");
      return;
    }
    regions.add(value.text);
    place ??= alternative.written === null ? null : placeAt(alternative.written);
    const constant = trail.length + alternative.via.length > 0;
    const own: RegionSource =
      alternative.env === null
        ? constant
          ? "constant"
          : "literal"
        : alternative.env.use === "committed"
          ? `env:${alternative.env.name}`
          : `env-fallback:${alternative.env.name}`;
    source ??= own;
    // Without a committed value, whoever deploys may decide otherwise.
    if (!alternative.sure || (alternative.env !== null && alternative.env.use !== "committed")) certain = false;
  };
  for (const alternative of values) {
    choices++;
    take(alternative, []);
  }
  // Either of several: each is possible, none is settled.
  if (choices > 1) certain = false;
  return { regions: [...regions], certain, place, source, problem, silent };
}

export function placeAt(spot: Spot): Place {
  if ("place" in spot) return spot.place;
  const { file, line, column } = placeOf(spot);
  return { file, line, column };
}

/** `defineString("REGION", { default: "…" })`, with or without `.value()`: known from an env file, else by its default. */
function readParam(
  evaluator: Evaluator,
  value: Extract<Value, { kind: "call" }>,
  site: Site,
): { region: string | null; source: RegionSource; place: Place | null; problem: string } | null {
  const chain = chainOf(value);
  const step = chain?.steps[0];
  if (
    chain?.source !== "firebase-functions/params" &&
    !(chain?.source === "firebase-functions" && step?.name.startsWith("define"))
  )
    return null;
  if (step === undefined || step.args === null || !/^define(String|List)$/.test(step.name)) return null;
  const [first] = step.args[0]?.values() ?? [];
  const name = first?.value.kind === "text" ? first.value.text : "";
  const committed = evaluator.member(
    { kind: "member", object: { kind: "global", name: "process" }, name: "env" },
    name,
    value.site,
  )[0];
  if (committed?.value.kind === "text" && committed.env !== null) {
    return {
      region: committed.value.text,
      source: `env:${name}`,
      place: committed.written === null ? null : placeAt(committed.written),
      problem: "",
    };
  }
  const fallback = (step.args[1]?.values() ?? []).flatMap((options) =>
    evaluator.member(options.value, "default", site),
  );
  const [only] = fallback;
  if (fallback.length === 1 && only?.value.kind === "text" && only.value.holes.length === 0) {
    return {
      region: only.value.text,
      source: `env-fallback:${name}`,
      place: only.written === null ? null : placeAt(only.written),
      problem: "",
    };
  }
  return {
    region: null,
    source: `env:${name}`,
    place: placeAt(value.site),
    problem: `the parameter ${name} has its value from whoever deploys`,
  };
}
