import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Caller } from "../../src/model/callers.ts";
import type { DeclaredFunction } from "../../src/model/declared.ts";
import { readCallers } from "../../src/sources/callers/read.ts";
import { readDeclared } from "../../src/sources/declared/read.ts";

/** What a fixture's expected.json says, one line of text per row, in the order of files and lines. */
export interface Expected {
  readonly callers?: readonly string[];
  readonly unresolved?: readonly string[];
  readonly env?: readonly string[];
  readonly declared?: readonly string[];
  readonly undeclared?: readonly string[];
  readonly gaps?: readonly string[];
}

/** Reads a small project the way the command line would, and puts every row into one line. */
export async function rowsOf(root: string): Promise<Required<Expected>> {
  const callers = await readCallers({ root, projectId: "acme-prod", owners: [] });
  const source = existsSync(join(root, "functions")) ? "functions" : null;
  const declared = source === null ? null : await readDeclared({ root, codebases: [{ name: "default", source }] });
  return {
    callers: callers.facts.callers.filter(isOfProject).map(callerRow),
    unresolved: callers.facts.unresolved
      .filter(isOfProject)
      .map(({ file, line, reason }) => `${file}:${line} ${reason}`),
    env: callers.facts.env.map(({ place, name, value }) => `${place.file}:${place.line} ${name}=${value}`),
    declared: declared?.facts.functions.map(declaredRow) ?? [],
    undeclared: declared?.facts.unresolved.map(({ file, line, reason }) => `${file}:${line} ${reason}`) ?? [],
    gaps: [...callers.gaps, ...(declared?.gaps ?? [])].map(({ scope, reason }) => `${scope} ${reason}`),
  };
}

/** What a test expects is no part of the project. */
function isOfProject({ file }: { readonly file: string }): boolean {
  return file !== "expected.json";
}

function callerRow(caller: Caller): string {
  const targets = caller.targets.map((target) => {
    const when = target.when === null ? "" : ` [${target.when}]`;
    return `${target.function}@${target.region ?? "?"}${when}`;
  });
  const at = caller.regionPlace === null ? "" : ` from ${caller.regionPlace.file}:${caller.regionPlace.line}`;
  const project = caller.project === null ? "" : ` in ${caller.project}`;
  const sure = caller.certain ? "certain" : "likely";
  const fallbacks = (caller.fallbacks ?? []).map(
    (one) =>
      `, else ${one.function}@${one.region}${one.place === null ? "" : ` from ${one.place.file}:${one.place.line}`}`,
  );
  return `${caller.file}:${caller.line}:${caller.column} ${caller.how} ${targets.join(" or ")} ${sure} ${caller.regionSource}${at}${project}${fallbacks.join("")}${caller.callableBody === true ? " as a callable" : ""}`;
}

function declaredRow(row: DeclaredFunction): string {
  const sure = row.certain ? "certain" : "likely";
  const source = row.regionSource === null ? "" : ` ${row.regionSource}`;
  return `${row.file}:${row.line} ${row.name} gen${row.generation} ${row.trigger} [${row.regions.join(", ")}] ${sure}${source}`;
}
