import type { z } from "zod";
import type { Caller, CallerFacts, CallerFallback, RegionSource } from "../model/callers.ts";
import type { Facet, Gap } from "../model/gap.ts";
import type { Place } from "../model/place.ts";
import { InputError, type Problem } from "../model/problem.ts";
import { callersSchema } from "../report/schema.ts";
import { type JsonStep, parseJson, pathText, placesOf } from "../sources/json-text.ts";

/**
 * Reads what `regions list callers --format json` printed, here or in another repository. Keys beyond the contract's
 * first version may be missing and take what is neutral. Throws InputError with every problem and its place.
 */
export function parseCallersFile(text: string, file: string): { facts: CallerFacts; gaps: readonly Gap[] } {
  const value = parseJson(text, file, "list of callers");
  const result = callersSchema.safeParse(value);
  if (!result.success) throw new InputError(problemsOf(result.error.issues, text, file));
  const { callers, unresolved, env, files, gaps } = result.data;
  return {
    facts: {
      callers: callers.map(
        (row): Caller => ({
          ...placeOf(row),
          column: row.column,
          endLine: row.endLine,
          how: row.how,
          targets: row.targets.map((target) => ({
            function: target.function,
            region: target.region,
            when: target.when,
          })),
          certain: row.certain,
          // The schema has just checked the form.
          regionSource: row.regionSource as RegionSource,
          regionPlace: row.regionPlace ? placeOf(row.regionPlace) : null,
          project: row.project,
          via: row.via.map(placeOf),
          symbol: row.symbol ?? null,
          snippet: row.snippet ?? "",
          owner: row.owner ?? null,
          ...(row.fallbacks === undefined ? {} : { fallbacks: row.fallbacks.map(fallbackOf) }),
          ...(row.callableBody === undefined ? {} : { callableBody: row.callableBody }),
        }),
      ),
      unresolved: unresolved.map((row) => ({
        ...placeOf(row),
        endLine: row.endLine,
        reason: row.reason,
        symbol: row.symbol ?? null,
        snippet: row.snippet ?? "",
        owner: row.owner ?? null,
      })),
      env: (env ?? []).map((row) => ({
        place: placeOf(row.place),
        name: row.name,
        value: row.value,
        owner: row.owner,
      })),
      files: files ?? new Set(callers.map((row) => row.file)).size,
    },
    gaps: gaps.map((row) => ({
      source: "callers",
      facet: (row.facet ?? "files") as Facet,
      scope: row.scope,
      region: row.region ?? null,
      reason: row.reason,
    })),
  };
}

type Row = z.infer<typeof callersSchema>["callers"][number];

function fallbackOf(row: NonNullable<Row["fallbacks"]>[number]): CallerFallback {
  const { function: name, region, variable } = row;
  return { function: name, region, variable, place: row.place ? placeOf(row.place) : null };
}

const problemsShown = 20;

function problemsOf(issues: readonly z.core.$ZodIssue[], text: string, file: string): Problem[] {
  const shown = issues.slice(0, problemsShown);
  const paths = shown.map((issue) => issue.path.filter((step): step is JsonStep => typeof step !== "symbol"));
  const places = placesOf(text, file, paths);
  return shown.map((issue, index) => ({
    place: places[index] ?? null,
    message: `${pathText(paths[index] ?? [])}: ${issue.message}.`,
    mend: "Write the file with `regions list callers --format json`.",
    excerpt: null,
  }));
}

function placeOf(row: {
  file: string;
  line: number;
  column?: number | undefined;
  endLine?: number | undefined;
}): Place {
  return {
    file: row.file,
    line: row.line,
    ...(row.column === undefined ? {} : { column: row.column }),
    ...(row.endLine === undefined ? {} : { endLine: row.endLine }),
  };
}
