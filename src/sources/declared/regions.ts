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
    if (!alternative.sure) certain = false;
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
      const strange = read.regions.find((region) => !isRegion(region));
      if (!read.certain || strange !== undefined) certain = false;
      source ??= read.source;
      place ??= read.place;
      problem ??= strange === undefined ? read.problem : noRegion(strange);
      if (strange === undefined) for (const region of read.regions) regions.add(region);
      return;
    }
    if (value.kind !== "text" || value.holes.length > 0 || !isRegion(value.text)) {
      certain = false;
      place ??= alternative.written === null ? null : placeOfSpot(alternative.written);
      problem =
        problem ??
        (value.kind === "unknown"
          ? value.reason
          : value.kind === "text" && value.holes.length === 0
            ? noRegion(value.text)
            : "it is only known when the program runs");
      return;
    }
    regions.add(value.text);
    place ??= alternative.written === null ? null : placeOfSpot(alternative.written);
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
    if (alternative.env !== null && alternative.env.use !== "committed") certain = false;
  };
  for (const alternative of values) {
    choices++;
    take(alternative, []);
  }
  // Either of several: each is possible, none is settled.
  if (choices > 1) certain = false;
  return { regions: [...regions], certain, place, source, problem, silent };
}

function isRegion(text: string): boolean {
  return /^[a-z]+-[a-z]+\d{1,2}$/.test(text);
}

function noRegion(text: string): string {
  return `"${text.slice(0, 60)}" is no region`;
}

export function placeOfSpot(spot: Spot): Place {
  if ("place" in spot) return spot.place;
  const { file, line, column } = placeOf(spot);
  return { file, line, column };
}

interface ParamRead {
  readonly regions: readonly string[];
  readonly source: RegionSource;
  readonly place: Place | null;
  readonly certain: boolean;
  readonly problem: string | null;
}

/**
 * `defineString("REGION", { default: "…" })`, as the Firebase CLI resolves it: a value of the env files, else whoever
 * deploys is asked, with the default at hand.
 */
function readParam(evaluator: Evaluator, value: Extract<Value, { kind: "call" }>, site: Site): ParamRead | null {
  const chain = chainOf(value);
  const step = chain?.steps[0];
  if (
    chain?.source !== "firebase-functions/params" &&
    !(chain?.source === "firebase-functions" && step?.name.startsWith("define"))
  )
    return null;
  if (step === undefined || step.args === null || !/^define(String|List)$/.test(step.name)) return null;
  if (chain.steps.length > 1) return null;
  const [first] = step.args[0]?.values() ?? [];
  const name = first?.value.kind === "text" ? first.value.text : "";
  const open = (problem: string): ParamRead => {
    return { regions: [], source: `env:${name}`, place: placeOfSpot(value.site), certain: false, problem };
  };
  const split = (text: string): string[] =>
    step.name === "defineList" ? text.split(",").map((part) => part.trim()) : [text];
  const environment: Value = { kind: "member", object: { kind: "global", name: "process" }, name: "env" };
  const [set] = evaluator.member(environment, name, value.site);
  if (set?.value.kind === "text") {
    if (set.value.holes.length > 0 || set.env === null)
      return open(`the parameter ${name} differs from project to project`);
    const place = set.written === null ? null : placeOfSpot(set.written);
    return { regions: split(set.value.text), source: `env:${name}`, place, certain: true, problem: null };
  }
  const fallback = (step.args[1]?.values() ?? []).flatMap((options) =>
    evaluator.member(options.value, "default", site),
  );
  const texts = fallback.flatMap(({ value }): readonly Value[] =>
    value.kind === "list" ? value.items.flatMap((item) => item.values().map((inner) => inner.value)) : [value],
  );
  const regions = texts.flatMap((one) => (one.kind === "text" && one.holes.length === 0 ? [one.text] : []));
  if (fallback.length === 1 && regions.length === texts.length && regions.length > 0) {
    const written = fallback[0]?.written ?? null;
    const place = written === null ? null : placeOfSpot(written);
    return { regions, source: `env-fallback:${name}`, place, certain: false, problem: null };
  }
  return open(`the parameter ${name} has its value from whoever deploys`);
}
