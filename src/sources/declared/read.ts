import type { DeclaredFacts, DeclaredFunction, UnresolvedDeclaration } from "../../model/declared.ts";
import type { Gap } from "../../model/gap.ts";
import { maskSecrets } from "../../model/mask-secrets.ts";
import { Evaluator } from "../code/evaluate.ts";
import { placeOf, type Site } from "../code/module.ts";
import { Project } from "../code/project.ts";
import { deployEnv } from "./deploy-env.ts";
import { entryOf } from "./entry.ts";
import { ExportWalk, type Found } from "./exports.ts";
import { isOmitted, regionalOptions, regionsOf } from "./function-regions.ts";
import { globalOptionsIn, isCommonJs, LoadOrder } from "./global-options.ts";
import { readPython } from "./python.ts";
import type { NamedRegions } from "./regions.ts";

export interface DeclaredInput {
  readonly root: string;
  readonly codebases: readonly { readonly name: string; readonly source: string }[];
  /** Chooses `.env.PROJECT`; without it, only what all projects agree on is settled. */
  readonly projectId?: string | null;
  /** The tree at `root`, where somebody has it already or holds a draft of it. */
  readonly project?: Project;
}

/**
 * Reads what each codebase's source exports as functions, without running it: names, regions, generation, trigger.
 * A codebase whose entry cannot be found or read is a gap. Never throws on what a tree holds.
 */
export async function readDeclared(input: DeclaredInput): Promise<{ facts: DeclaredFacts; gaps: readonly Gap[] }> {
  const project = input.project ?? new Project(input.root);
  const functions: DeclaredFunction[] = [];
  const unresolved: UnresolvedDeclaration[] = [];
  const gaps: Gap[] = [];
  const files = new Set<string>();
  for (const { name, source } of input.codebases) {
    const folder = source.replace(/^\.\/?/, "").replace(/\/+$/, "");
    for (const { path, reason } of project.list.unreadable) {
      if (folder === "" || path === "." || path === folder || path.startsWith(`${folder}/`))
        gaps.push(gap(path, reason));
    }
    const entry = entryOf(project, folder);
    const inFolder = (file: string): string => (folder === "" ? file : `${folder}/${file}`);
    // The Firebase CLI takes a folder with a package.json for Node's, whatever else lies in it.
    if (entry.file === null && project.has(inFolder("main.py")) && !project.has(inFolder("package.json"))) {
      const python = await readPython(project, folder, name, deployEnv(project, folder, input.projectId ?? null));
      functions.push(...python.functions);
      unresolved.push(...python.unresolved);
      gaps.push(...python.unread.map(({ file, reason }) => gap(file, reason)));
      for (const file of python.files) files.add(file);
      continue;
    }
    if (entry.file === null) {
      gaps.push(gap(folder === "" ? "." : folder, "its main module was not found (main of package.json, or index)"));
      continue;
    }
    const module = project.module(entry.file);
    if (module === null || "kind" in module) {
      gaps.push(gap(entry.file, module?.reason ?? "it is no source file"));
      continue;
    }
    const evaluator = new Evaluator(project, deployEnv(project, folder, input.projectId ?? null));
    const walk = new ExportWalk(evaluator, entry.rootIsGen2);
    walk.module(entry.file, "", 0);
    const commonJs = isCommonJs(project, folder, entry.file, entry.packageType);
    const order = new LoadOrder(project, entry.file, commonJs, walk.loads);
    for (const loaded of order.modules) files.add(loaded.file);
    const globals = regionalOptions(evaluator, globalOptionsIn(evaluator, order));
    const taken = new Set<string>();
    for (const found of walk.found) {
      const omitted = evaluator.ask(new Map(), () => isOmitted(evaluator, found, globals, order));
      if (omitted === true) continue;
      const regions = evaluator.ask(new Map(), () => regionsOf(evaluator, found, globals, order));
      const row = rowOf({ ...found, certain: found.certain && omitted === false }, regions, name);
      const key = `${row.name}\0${row.file}\0${row.line}\0${row.regions.join()}`;
      if (!taken.has(key)) functions.push(row);
      taken.add(key);
      if (regions.problem !== null) {
        unresolved.push({
          ...spot(found.site),
          codebase: name,
          reason: `the region of ${found.name} cannot be told: ${regions.problem}`,
        });
      }
    }
    const told = new Set<string>();
    for (const { site, reason } of walk.unclear) {
      const at = spot(site);
      const key = `${at.file}:${at.line}:${reason}`;
      if (!told.has(key)) unresolved.push({ ...at, codebase: name, reason });
      told.add(key);
    }
  }
  functions.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  return {
    facts: {
      functions: functions.map((row) => ({ ...row, snippet: maskSecrets(row.snippet) })),
      unresolved: unresolved.map((row) => ({ ...row, reason: maskSecrets(row.reason) })),
      files: files.size,
    },
    gaps,
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

function gap(scope: string, reason: string): Gap {
  return { source: "declared", facet: "files", scope, region: null, reason };
}
