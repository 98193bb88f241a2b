import type { DeclaredFunction, DiscoveryDifference, UnresolvedDeclaration } from "../../../model/declared.ts";
import type { EnvAnswer } from "../../code/evaluate.ts";
import type { Reading } from "../reading.ts";
import type { WireFunction, WireManifest } from "./wire.ts";
import { type ResolvedRegions, resolveRegions } from "./wire-regions.ts";

export interface Compared {
  readonly reading: Reading;
  readonly compared: number;
  readonly differences: readonly DiscoveryDifference[];
}

/**
 * Sets what the source says beside what the SDK discovered. What the source left open takes the SDK's word; where both
 * are sure and part, the source's row stays, no longer certain, and the difference is told.
 */
export function compareWithDiscovery(
  reading: Reading,
  wire: WireManifest,
  codebase: string,
  env: (name: string) => EnvAnswer,
): Compared {
  const discovered = new Map(wire.functions.filter(({ omit }) => omit !== true).map((one) => [one.name, one]));
  const functions: DeclaredFunction[] = [];
  const unresolved: UnresolvedDeclaration[] = [];
  const differences: DiscoveryDifference[] = [];
  const names = new Set<string>();
  for (const row of reading.functions) {
    names.add(row.name);
    const one = discovered.get(row.name);
    if (one === undefined) {
      // What only may be exported is not.
      if (!row.certain) continue;
      differences.push({ ...difference(row, codebase), about: "existence", source: describe(row), discovered: null });
      functions.push({ ...row, certain: false });
      continue;
    }
    const regions = resolveRegions(one, wire, env);
    const parts = row.certain ? partings(row, one, regions, codebase) : [];
    differences.push(...parts);
    if (row.certain) functions.push(parts.length === 0 ? row : { ...row, certain: false });
    else functions.push(filled(row, one, regions));
    if (regions.problem !== null) unresolved.push(open(row, codebase, regions.problem));
  }
  for (const one of discovered.values()) {
    if (names.has(one.name)) continue;
    const regions = resolveRegions(one, wire, env);
    const row = filled(rowFor(one, reading, codebase), one, regions);
    if (reading.whole) {
      differences.push({ ...difference(row, codebase), about: "existence", source: null, discovered: describe(row) });
    }
    functions.push(reading.whole ? { ...row, certain: false } : row);
    if (regions.problem !== null) unresolved.push(open(row, codebase, regions.problem));
  }
  return {
    reading: {
      ...reading,
      functions,
      unresolved,
      whole: true,
      gaps: reading.gaps.filter((gap) => gap.facet !== "files"),
    },
    compared: new Set([...names, ...discovered.keys()]).size,
    differences,
  };
}

function partings(
  row: DeclaredFunction,
  one: WireFunction,
  regions: ResolvedRegions,
  codebase: string,
): DiscoveryDifference[] {
  const found: DiscoveryDifference[] = [];
  const part = (about: DiscoveryDifference["about"], source: string, discovered: string): void => {
    if (source !== discovered) found.push({ ...difference(row, codebase), about, source, discovered });
  };
  if (regions.problem === null) part("regions", listed(row.regions), listed(regions.regions));
  part("generation", `generation ${row.generation}`, `generation ${one.generation}`);
  part("trigger", row.trigger, one.trigger);
  return found;
}

function filled(row: DeclaredFunction, one: WireFunction, regions: ResolvedRegions): DeclaredFunction {
  return {
    ...row,
    generation: one.generation,
    trigger: one.trigger,
    regions: regions.regions,
    certain: regions.certain && one.omit === false,
    regionSource: regions.regions.length === 0 ? null : (regions.source ?? "discovered"),
  };
}

/** A function nobody found in the source stands where the source was not understood, else at the main module. */
function rowFor(one: WireFunction, reading: Reading, codebase: string): DeclaredFunction {
  const [only, ...others] = reading.unresolved;
  const place =
    only !== undefined && others.length === 0
      ? { file: only.file, line: only.line, endLine: only.endLine }
      : { file: reading.entry ?? "package.json", line: 1, endLine: 1 };
  return {
    ...place,
    name: one.name,
    codebase,
    project: null,
    regions: [],
    generation: one.generation,
    trigger: one.trigger,
    certain: false,
    regionPlace: null,
    regionSource: null,
    snippet: one.name,
  };
}

function difference(row: DeclaredFunction, codebase: string) {
  const { file, line, column, endLine } = row;
  return {
    file,
    line,
    ...(column === undefined ? {} : { column }),
    ...(endLine === undefined ? {} : { endLine }),
    function: row.name,
    codebase,
  };
}

function open(row: DeclaredFunction, codebase: string, problem: string): UnresolvedDeclaration {
  const reason = `the region of ${row.name} cannot be told: ${problem}`;
  return { file: row.file, line: row.line, endLine: row.endLine ?? row.line, codebase, reason };
}

function describe(row: DeclaredFunction): string {
  const article = row.trigger === "event" ? "an" : "a";
  return `${article} ${row.trigger} function of generation ${row.generation} ${row.regions.length === 0 ? "without a region" : `in ${listed(row.regions)}`}`;
}

function listed(regions: readonly string[]): string {
  return regions.length === 0 ? "no region" : [...regions].sort().join(" and ");
}
