import type { DeclaredFunction, UnresolvedDeclaration } from "../../model/declared.ts";
import type { Project } from "../code/project.ts";
import { join } from "../code/tsconfig.ts";
import { deployEnv } from "./deploy-env.ts";
import { readWire } from "./discovery/wire.ts";
import { resolveRegions } from "./discovery/wire-regions.ts";
import { type Codebase, filesGap, type Reading, unread } from "./reading.ts";

/** A `functions.yaml` in the source folder: the Firebase CLI takes it as it is, and never looks at the code. */
export async function readReadyMade(
  project: Project,
  codebase: Codebase,
  projectId: string | null,
): Promise<Reading | null> {
  const file = join(codebase.folder, "functions.yaml");
  if (!project.has(file)) return null;
  const text = project.text(file);
  if (text === null) return unread(file, "it cannot be read as text");
  const { isMap, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [flaw] = document.errors;
  if (flaw !== undefined) return unread(file, `it is no YAML: ${flaw.message.split("\n")[0]}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 1_000 });
  } catch (error) {
    return unread(file, `it is no manifest: ${error instanceof Error ? error.message : String(error)}`);
  }
  const wire = readWire(value);
  if (wire === null) return unread(file, "it is no manifest of functions: it has no endpoints");
  const endpoints = document.get("endpoints", true);
  const places = new Map<string, { line: number; column: number }>();
  for (const { key } of isMap(endpoints) ? endpoints.items : []) {
    if (!isScalar(key) || key.range === null || key.range === undefined) continue;
    const { line, col } = lines.linePos(key.range[0]);
    places.set(String(key.value), { line, column: col });
  }
  const env = deployEnv(project, codebase.folder, projectId);
  const functions: DeclaredFunction[] = [];
  const unresolved: UnresolvedDeclaration[] = [];
  for (const one of wire.functions) {
    if (one.omit === true) continue;
    const place = { file, ...(places.get(one.name) ?? { line: 1, column: 1 }) };
    const regions = resolveRegions(one, wire, (name) => env(file, name, "process.env"));
    functions.push({
      ...place,
      endLine: place.line,
      name: one.name,
      codebase: codebase.name,
      project: null,
      regions: regions.regions,
      generation: one.generation,
      trigger: one.trigger,
      certain: regions.certain && one.omit === false,
      regionPlace: regions.regions.length === 0 ? null : place,
      regionSource: regions.regions.length === 0 ? null : (regions.source ?? "literal"),
      snippet: `${one.name}:`,
    });
    if (regions.problem === null) continue;
    const reason = `the region of ${one.name} cannot be told: ${regions.problem}`;
    unresolved.push({ ...place, endLine: place.line, codebase: codebase.name, reason });
  }
  const gaps = wire.remarks.map((remark) => filesGap(file, remark));
  return { functions, unresolved, whole: true, gaps, files: [file], entry: file };
}
