import type { Caller, CallerFacts } from "../model/callers.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import type { DeployedFacts } from "../model/deployed.ts";
import type { Gap } from "../model/gap.ts";
import type { HolderFacts } from "../model/holders.ts";
import type { Place } from "../model/place.ts";
import { count, table } from "./layout.ts";
import { visible } from "./visible.ts";

/*
 * The facts alone as tables for people. Nothing is cut to fit: these tables are searched and piped. What could not be
 * looked at is told under the table.
 */

/** `regions list deployed`. */
export function deployedTable(facts: DeployedFacts, gaps: readonly Gap[]): string {
  const rows = facts.functions.map((row) => [
    row.name,
    row.region,
    row.generation === null ? "?" : `gen ${row.generation}`,
    row.trigger,
    row.runtime ?? "?",
    row.state ?? "?",
    row.project,
  ]);
  return lines(["FUNCTION", "REGION", "GENERATION", "TRIGGER", "RUNTIME", "STATE", "PROJECT"], rows, "copy", gaps);
}

/** `regions list declared`. */
export function declaredTable(facts: DeclaredFacts, gaps: readonly Gap[]): string {
  const rows = facts.functions.map((row) => [
    row.name,
    row.regions.length === 0 ? "(none named)" : row.regions.join(","),
    row.trigger,
    row.codebase,
    row.certain ? "" : "uncertain",
    at(row),
  ]);
  const unresolved = facts.unresolved.map((site) => `${at(site)}: ${site.reason}`);
  return lines(["FUNCTION", "REGIONS", "TRIGGER", "CODEBASE", "", "WHERE"], rows, "function", gaps, unresolved);
}

/** `regions list callers`. */
export function callersTable(facts: CallerFacts, gaps: readonly Gap[]): string {
  const rows = facts.callers.map((row) => [
    targets(row, (target) => target.function),
    targets(row, (target) => target.region ?? "(none named)"),
    row.how,
    row.regionSource,
    row.certain ? "" : "uncertain",
    at(row),
  ]);
  const unresolved = facts.unresolved.map((site) => `${at(site)}: ${site.reason}`);
  return lines(["FUNCTION", "REGION", "HOW", "REGION FROM", "", "WHERE"], rows, "caller", gaps, unresolved);
}

/** `regions list holders`. */
export function holdersTable(facts: HolderFacts, gaps: readonly Gap[]): string {
  const rows = facts.holders.map((row) => [
    row.kind,
    row.label,
    row.field,
    row.target?.name ?? "(no function)",
    row.target?.region ?? "",
    row.active ? "" : "inactive",
    row.url,
  ]);
  return lines(["KIND", "HOLDER", "FIELD", "FUNCTION", "REGION", "", "URL"], rows, "holder", gaps);
}

function targets(row: Caller, part: (target: Caller["targets"][number]) => string): string {
  return [...new Set(row.targets.map(part))].join(",");
}

function lines(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  noun: string,
  gaps: readonly Gap[],
  unresolved: readonly string[] = [],
): string {
  const all = [
    ...(rows.length === 0
      ? []
      : table(
          heading,
          rows.map((row) => row.map(visible)),
        )),
    ...(rows.length === 0 ? [] : [""]),
    `${noun === "copy" && rows.length !== 1 ? `${rows.length} copies` : count(rows.length, noun)}.`,
  ];
  if (unresolved.length > 0) all.push("", "Could not be resolved:", ...unresolved.map((line) => `  ${visible(line)}`));
  if (gaps.length > 0) {
    all.push(
      "",
      "Could not look:",
      ...gaps.map((gap) => `  ${gap.facet} (${visible(gap.scope)}): ${visible(gap.reason)}`),
    );
  }
  return `${all.join("\n")}\n`;
}

function at(place: Place): string {
  return `${place.file}:${place.line}`;
}
