import type { DeclaredFunction, UnresolvedDeclaration } from "../../model/declared.ts";
import { Evaluator } from "../code/evaluate.ts";
import { placeOf, type Site } from "../code/module.ts";
import type { Project } from "../code/project.ts";
import { deployEnv } from "./deploy-env.ts";
import { entryOf } from "./entry.ts";
import { ExportWalk, type Found } from "./exports.ts";
import { expectedGlobal, isOmitted, regionalOptions, regionsOf } from "./function-regions.ts";
import { globalOptionsIn, isCommonJs, LoadOrder } from "./global-options.ts";
import { type Codebase, type Reading, unread } from "./reading.ts";
import type { NamedRegions } from "./regions.ts";

/** Reads a Node codebase: what its main module exports, and the regions that its options name. */
export function readModules(project: Project, codebase: Codebase, projectId: string | null): Reading {
  const { folder, name } = codebase;
  const entry = entryOf(project, folder);
  if (entry.file === null) {
    return unread(folder === "" ? "." : folder, "its main module was not found (main of package.json, or index)");
  }
  const module = project.module(entry.file);
  if (module === null || "kind" in module) return unread(entry.file, module?.reason ?? "it is no source file");
  const evaluator = new Evaluator(project, deployEnv(project, folder, projectId));
  const walk = new ExportWalk(evaluator, entry.rootIsGen2);
  walk.module(entry.file, "", 0);
  const commonJs = isCommonJs(project, folder, entry.file, entry.packageType);
  const order = new LoadOrder(project, entry.file, commonJs, walk.loads);
  const globals = regionalOptions(evaluator, globalOptionsIn(evaluator, order));
  const functions = new Map<string, DeclaredFunction>();
  const unresolved = new Map<string, UnresolvedDeclaration>();
  const tell = (site: Site, reason: string): void => {
    const at = spot(site);
    const key = `${at.file}:${at.line}:${reason}`;
    if (!unresolved.has(key)) unresolved.set(key, { ...at, codebase: name, reason });
  };
  for (const found of walk.found) {
    const omitted = evaluator.ask(new Map(), () => isOmitted(evaluator, found, globals, order));
    if (omitted === true) continue;
    const regions = evaluator.ask(new Map(), () => regionsOf(evaluator, found, globals, order));
    const expected = regions.byGlobals ? expectedGlobal(found, globals, order) : null;
    const row: DeclaredFunction = {
      ...rowOf(found, regions, name),
      certain: found.certain && omitted === false && regions.certain,
      ...(expected === null ? {} : { globalOptions: expected }),
    };
    const key = `${row.name}\0${row.file}\0${row.line}\0${row.regions.join()}`;
    if (!functions.has(key)) functions.set(key, row);
    if (regions.problem !== null) tell(found.site, `the region of ${found.name} cannot be told: ${regions.problem}`);
  }
  for (const { site, reason } of walk.unclear) tell(site, reason);
  return {
    functions: [...functions.values()],
    unresolved: [...unresolved.values()],
    whole: walk.unclear.length === 0,
    gaps: [],
    files: order.modules.map(({ file }) => file),
    entry: entry.file,
  };
}

function rowOf(found: Found, regions: NamedRegions, codebase: string): DeclaredFunction {
  const { site, trigger } = found;
  return {
    ...placeOf(site),
    name: found.name,
    codebase,
    project: null,
    regions: regions.regions,
    generation: trigger.generation,
    trigger: trigger.kind,
    certain: found.certain && regions.certain,
    regionPlace: regions.place,
    regionSource: regions.source,
    snippet: site.module.text.slice(site.node.start, site.node.end).replace(/\s+/g, " ").slice(0, 200),
  };
}

function spot(site: Site): { file: string; line: number; column: number; endLine: number } {
  const { file, line, column, endLine } = placeOf(site);
  return { file, line, column, endLine };
}
