import type {
  DeclaredFacts,
  DeclaredFunction,
  DiscoveryDifference,
  UnresolvedDeclaration,
} from "../../model/declared.ts";
import type { Gap } from "../../model/gap.ts";
import { maskSecrets } from "../../model/mask-secrets.ts";
import { Project } from "../code/project.ts";
import { join } from "../code/tsconfig.ts";
import { codebaseConfig } from "./codebase.ts";
import { deployEnv } from "./deploy-env.ts";
import type { DiscoveryRun } from "./discovery/discover.ts";
import { entryOf } from "./entry.ts";
import { readModules } from "./modules.ts";
import { readPython } from "./python.ts";
import { type Codebase, filesGap, type Reading, unread } from "./reading.ts";
import { readReadyMade } from "./ready-made.ts";

export interface DeclaredInput {
  readonly root: string;
  readonly codebases: readonly { readonly name: string; readonly source: string }[];
  /** Chooses `.env.PROJECT`; without it, only what all projects agree on is settled. */
  readonly projectId?: string | null;
  /** The tree at `root`, where somebody has it already or holds a draft of it. */
  readonly project?: Project;
  /** Runs the codebases' own discovery beside the reading: it executes their code. Null or absent: no code is run. */
  readonly discover?: DiscoveryRun | null;
}

/**
 * Reads what each codebase's source exports as functions: names, regions, generation, trigger. Nothing of it is run
 * unless `discover` asks for it. A codebase that cannot be read is a gap. Never throws on what a tree holds.
 */
export async function readDeclared(input: DeclaredInput): Promise<{ facts: DeclaredFacts; gaps: readonly Gap[] }> {
  const project = input.project ?? (await Project.open(input.root));
  const projectId = input.projectId ?? null;
  const functions: DeclaredFunction[] = [];
  const unresolved: UnresolvedDeclaration[] = [];
  const gaps: Gap[] = [];
  const files = new Set<string>();
  const discovered: string[] = [];
  const differences: DiscoveryDifference[] = [];
  let compared = 0;
  for (const { name, source } of input.codebases) {
    const folder = source.replace(/^\.(?:\/|$)/, "").replace(/\/+$/, "");
    const codebase: Codebase = { name, folder, ...codebaseConfig(project, name, folder) };
    gaps.push(...unreadableIn(project, folder));
    const readyMade = await readReadyMade(project, codebase, projectId);
    let reading = readyMade ?? (await readSource(project, codebase, projectId));
    // The Firebase CLI discovers nothing either where a manifest lies ready.
    if (readyMade === null && input.discover !== undefined && input.discover !== null) {
      const { discover } = await import("./discovery/discover.ts");
      const answer = await discover(project, codebase, reading, projectId, input.discover);
      if ("source" in answer) gaps.push(answer);
      else {
        reading = answer.reading;
        discovered.push(name);
        compared += answer.compared;
        differences.push(...answer.differences.map((one) => ({ ...one, function: idOf(codebase, one.function) })));
      }
    }
    gaps.push(...reading.gaps);
    unresolved.push(...reading.unresolved);
    functions.push(...reading.functions.map((row) => ({ ...row, name: idOf(codebase, row.name) })));
    for (const file of reading.files) files.add(file);
  }
  functions.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  const wasAsked = input.discover !== undefined && input.discover !== null;
  return {
    facts: {
      functions: functions.map((row) => ({ ...row, snippet: maskSecrets(row.snippet) })),
      unresolved: unresolved.map((row) => ({ ...row, reason: maskSecrets(row.reason) })),
      files: files.size,
      ...(wasAsked ? { discovery: { codebases: discovered, compared, differences } } : {}),
    },
    gaps,
  };
}

/** By what the codebase is written in. */
async function readSource(project: Project, codebase: Codebase, projectId: string | null): Promise<Reading> {
  const { folder } = codebase;
  const shown = folder === "" ? "." : folder;
  if (project.has(join(folder, "extension.yaml"))) {
    return unread(shown, "it is an extension (extension.yaml): its functions go where it is installed");
  }
  const named = codebase.runtime?.replace(/\d+$/, "") ?? null;
  const isPython = named === null ? isPythonFolder(project, folder) : named === "python";
  if (isPython) {
    const python = await readPython(project, folder, codebase.name, deployEnv(project, folder, projectId));
    return {
      ...python,
      whole: python.unresolved.length === 0 && python.unread.length === 0,
      gaps: python.unread.map(({ file, reason }) => filesGap(file, reason)),
      entry: join(folder, "main.py"),
    };
  }
  if (named === "dart") return unread(shown, "it is a Dart codebase, which is not read from source");
  return readModules(project, codebase, projectId);
}

function isPythonFolder(project: Project, folder: string): boolean {
  // The Firebase CLI takes a folder with a package.json for Node's, whatever else lies in it.
  const isNode = project.has(join(folder, "package.json")) || entryOf(project, folder).file !== null;
  return !isNode && project.has(join(folder, "main.py"));
}

function unreadableIn(project: Project, folder: string): Gap[] {
  return project.list.unreadable
    .filter(({ path }) => folder === "" || path === "." || path === folder || path.startsWith(`${folder}/`))
    .map(({ path, reason }) => filesGap(path, reason));
}

function idOf({ prefix }: Codebase, name: string): string {
  return prefix === "" ? name : `${prefix}-${name}`;
}
