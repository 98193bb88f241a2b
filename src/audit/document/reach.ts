import type { CallRow, HolderRow, ReachVerdict, TrafficRow } from "../../model/document.ts";
import type { CallerVerdict } from "../caller-verdicts.ts";
import { judge } from "../judge.ts";
import type { Use } from "../uses.ts";
import type { View } from "../view.ts";

interface Reach {
  readonly verdict: ReachVerdict;
  readonly wanted: readonly string[];
  readonly why: string | null;
}

type Stray = Extract<CallerVerdict, { kind: "stray" }>;

/** Every place in the source that reaches a function, and every one that cannot be told; in the order of the files. */
export function callRows(view: View): readonly CallRow[] {
  const strays = new Map<string, Stray>();
  for (const verdict of view.callerVerdicts.verdicts) {
    if (verdict.kind === "stray") strays.set(keyOf(verdict.use), verdict);
  }
  const rows = view.uses.all.map((use): CallRow => {
    const { owner, symbol, place, how, regions, envName } = use;
    const stray = strays.get(keyOf(use));
    const reach: Reach =
      stray === undefined
        ? reachOf(view, use.function, regions)
        : { verdict: "astray", wanted: stray.expected, why: use.proviso };
    return { function: use.function, owner, symbol, place, how, regions, variable: envName, ...reach };
  });
  const unresolved = view.asked("callers") ? (view.snapshot.callers?.unresolved ?? []) : [];
  for (const { file, line, endLine, owner, symbol, reason } of unresolved) {
    rows.push({
      function: null,
      owner,
      symbol,
      place: { file, line, endLine },
      how: "unresolved",
      regions: [],
      wanted: [],
      variable: null,
      verdict: "open",
      why: reason,
    });
  }
  return rows.sort((a, b) => compareText(a.place.file, b.place.file) || a.place.line - b.place.line);
}

/** Active holders of URLs of this project's functions. */
export function holderRows(view: View): readonly HolderRow[] {
  return view.holderUses.map(({ holder, function: name, region, own }): HolderRow => {
    const { kind, label, field } = holder;
    const row = { kind, label, field, function: name, region };
    const reach = reachOf(view, name, region === null ? [] : [region]);
    // A copy's own job, queue or subscription goes with the copy.
    if (own && reach.verdict === "astray") return { ...row, ...reach, verdict: "follows", why: "goes with its copy" };
    if (view.manifest === null || !view.names.has(name) || view.manifest.functions.has(name))
      return { ...row, ...reach };
    return { ...row, wanted: [], verdict: "astray", why: "the function is not declared" };
  });
}

/** Who reaches into which region; regions in the order of `regions`. */
export function trafficRows(
  calls: readonly CallRow[],
  holders: readonly HolderRow[],
  regions: readonly string[],
): readonly TrafficRow[] {
  const rowOf = (kind: TrafficRow["kind"], from: string, reaches: readonly (CallRow | HolderRow)[]): TrafficRow => {
    const named = reaches.map((one) => ({
      one,
      at: "regions" in one ? one.regions : one.region === null ? [] : [one.region],
    }));
    return {
      from,
      kind,
      cells: regions.map((region) => {
        const there = named.filter(({ at }) => at.includes(region));
        return { region, count: there.length, astray: there.filter(({ one }) => one.verdict === "astray").length };
      }),
      elsewhere: named.filter(({ at }) => !at.some((region) => regions.includes(region))).length,
    };
  };
  return [
    ...[...Map.groupBy(calls, ({ owner }) => owner ?? "other files")].map(([owner, own]) =>
      rowOf("callers", owner, own),
    ),
    ...[...Map.groupBy(holders, ({ kind }) => kind)].map(([kind, own]) => rowOf("holders", kind, own)),
  ];
}

function reachOf(view: View, name: string, regions: readonly string[]): Reach {
  if (!view.names.has(name)) return { verdict: "open", wanted: [], why: "nobody knows a function of that name" };
  if (view.isExcepted(name)) return { verdict: "open", wanted: [], why: "left out of this environment" };
  const placement = view.placementOf(name);
  const { wanted } = placement;
  if (regions.length === 0) return { verdict: "open", wanted, why: "it names no region" };
  if (view.manifest !== null && placement.entry === null)
    return { verdict: "open", wanted, why: "the function is not declared" };
  let follows: string | null = null;
  for (const region of regions) {
    const judgement = judge(region, placement, view.fleet);
    if (judgement.kind === "stray") return { verdict: "astray", wanted: judgement.expected, why: null };
    if (judgement.kind === "unread") return { verdict: "open", wanted, why: `${judgement.region} was not looked at` };
    if (judgement.kind === "follows") follows = region;
  }
  if (follows === null) return { verdict: "right", wanted, why: null };
  return { verdict: "follows", wanted, why: "the function itself comes first" };
}

function keyOf({ place, function: name, regions }: Use): string {
  return JSON.stringify([place.file, place.line, place.column ?? 0, name, regions]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
