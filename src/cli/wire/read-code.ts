import { resolve } from "node:path";
import type { CallerEntry, Manifest } from "../../manifest/manifest.ts";
import type { CallerFacts } from "../../model/callers.ts";
import type { DeclaredFacts } from "../../model/declared.ts";
import type { Gap } from "../../model/gap.ts";
import { InputError } from "../../model/problem.ts";
import type { Layout } from "../../sources/code/layout.ts";
import type { LookCache } from "../../sources/code/look-cache.ts";
import type { Project } from "../../sources/code/project.ts";
import type { DiscoveryRun } from "../../sources/declared/discovery/discover.ts";
import { readInput } from "./files.ts";

export interface Read<T> {
  readonly facts: T | null;
  readonly gaps: readonly Gap[];
}

interface Owner {
  readonly name: string | null;
  readonly folder: string;
  readonly mode: string | null;
  readonly kind: "web" | "functions";
}

/** What a command wants of the functions' source beyond reading the codebases that are known. */
export interface DeclaredAsk {
  /** Codebases to read instead of those that the manifest or firebase.json names. */
  readonly codebases?: readonly { readonly name: string; readonly source: string }[] | null;
  readonly projectId?: string | null;
  /** Runs the codebases' own discovery, too. */
  readonly discover?: DiscoveryRun | null;
}

/** Where the code is read from: what an earlier look remembers, a tree of one's own, or the folder itself. */
type CodeSource = LookCache | Project | null;

function readFrom<T>(
  from: CodeSource,
  key: readonly unknown[],
  read: (project: Project | null) => Promise<T>,
): Promise<T> {
  if (from === null || !("remembered" in from)) return read(from);
  return from.remembered(JSON.stringify(key), async () => read(await from.tree()));
}

/** Functions that the codebases' sources export. Null facts with a gap where there is no codebase to read. */
export async function readDeclaredHere(
  root: string,
  manifest: Manifest | null,
  layout: Layout | null,
  from: CodeSource = null,
  ask: DeclaredAsk = {},
): Promise<Read<DeclaredFacts>> {
  const codebases = ask.codebases ?? codebasesOf(manifest, layout);
  if (codebases.length === 0) {
    return {
      facts: null,
      gaps: [nothing("declared", "no codebase of functions was found (firebase.json names them)")],
    };
  }
  const projectId = ask.projectId ?? manifest?.environment.project ?? null;
  const { discover = null } = ask;
  const read = async (project: Project | null): Promise<Read<DeclaredFacts>> => {
    const { readDeclared } = await import("../../sources/declared/read.ts");
    return readDeclared({ root, codebases, projectId, discover, ...(project === null ? {} : { project }) });
  };
  // What running a codebase tells hangs on more than its files.
  if (discover !== null) return read(null);
  return readFrom(from, ["declared", codebases, projectId], read);
}

/** Adds what tells a caller of an unknown function that the function is there, and only its export is missing. */
export async function withUnexported(
  manifest: Manifest | null,
  layout: Layout | null,
  declared: DeclaredFacts | null,
  callers: CallerFacts | null,
  cache: LookCache,
): Promise<DeclaredFacts | null> {
  if (declared === null || callers === null) return declared;
  const known = new Set(declared.functions.map(({ name }) => name));
  const called = callers.callers.flatMap(({ targets }) => targets.map((target) => target.function));
  const missing = new Set(called.filter((name) => !known.has(name)));
  if (missing.size === 0) return declared;
  const codebases = codebasesOf(manifest, layout);
  const unexported = await cache.remembered(
    JSON.stringify(["unexported", codebases, [...missing].sort()]),
    async () => {
      const { findUnexported } = await import("../../sources/declared/unexported.ts");
      return findUnexported(await cache.tree(), codebases, missing);
    },
  );
  return unexported.length === 0 ? declared : { ...declared, unexported };
}

/** Callers in front ends and codebases, and those that another repository's facts file brings. */
export async function readCallersHere(
  root: string,
  manifest: Manifest | null,
  layout: Layout | null,
  projectId: string | null,
  from: CodeSource = null,
): Promise<Read<CallerFacts>> {
  const owners = manifest === null ? ownersOf(layout) : declaredOwners(manifest);
  const brought = [...(manifest?.callers.values() ?? [])].flatMap((entry) =>
    entry.facts === null ? [] : [{ entry, facts: entry.facts }],
  );
  const parts: Read<CallerFacts>[] = [];
  if (owners.length > 0 || manifest === null) {
    const everywhere = manifest === null;
    parts.push(
      await readFrom(from, ["callers", owners, projectId, everywhere], async (project) => {
        const { readCallers } = await import("../../sources/callers/read.ts");
        return readCallers({ root, projectId, owners, everywhere, ...(project === null ? {} : { project }) });
      }),
    );
  }
  for (const { entry, facts } of brought) parts.push(await readBrought(root, entry, facts));
  if (parts.length === 0) {
    return { facts: null, gaps: [nothing("callers", "the manifest names no callers and no codebases to search")] };
  }
  return joined(parts);
}

/** Folders that the manifest wants searched for callers. */
function codebasesOf(manifest: Manifest | null, layout: Layout | null): readonly { name: string; source: string }[] {
  return manifest === null
    ? (layout?.codebases ?? [])
    : [...manifest.codebases.values()].map(({ name, source }) => ({ name, source }));
}

export function declaredOwners(manifest: Manifest): Owner[] {
  const web = [...manifest.callers.values()]
    .filter((entry) => entry.facts === null)
    .map((entry): Owner => ({ name: entry.name, folder: entry.root, mode: entry.mode, kind: "web" }));
  const functions = [...manifest.codebases.values()].map(
    (entry): Owner => ({ name: entry.name, folder: entry.source, mode: null, kind: "functions" }),
  );
  return [...web, ...functions];
}

function ownersOf(layout: Layout | null): Owner[] {
  if (layout === null) return [];
  return [
    ...layout.webRoots.map(({ name, folder }): Owner => ({ name, folder, mode: null, kind: "web" })),
    ...layout.codebases.map(({ name, source }): Owner => ({ name, folder: source, mode: null, kind: "functions" })),
  ];
}

/** A file that `regions list callers --format json` wrote where the code lives. */
async function readBrought(root: string, entry: CallerEntry, file: string): Promise<Read<CallerFacts>> {
  const { parseCallersFile } = await import("../callers-file.ts");
  try {
    const { facts, gaps } = parseCallersFile(readInput(resolve(root, file), file).text, file);
    return {
      facts: {
        ...facts,
        callers: facts.callers.map((caller) => ({ ...caller, owner: entry.name })),
        unresolved: facts.unresolved.map((site) => ({ ...site, owner: entry.name })),
        env: facts.env.map((value) => ({ ...value, owner: entry.name })),
      },
      gaps,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const reason = error.problems.map((problem) => problem.message).join(" ");
    return { facts: null, gaps: [{ source: "callers", facet: "files", scope: file, region: null, reason }] };
  }
}

function joined(parts: readonly Read<CallerFacts>[]): Read<CallerFacts> {
  const facts = parts.flatMap((part) => (part.facts === null ? [] : [part.facts]));
  const gaps = parts.flatMap((part) => part.gaps);
  if (facts.length === 0) return { facts: null, gaps };
  return {
    facts: {
      callers: facts.flatMap((part) => part.callers),
      unresolved: facts.flatMap((part) => part.unresolved),
      env: facts.flatMap((part) => part.env),
      files: facts.reduce((sum, part) => sum + part.files, 0),
    },
    gaps,
  };
}

function nothing(source: "declared" | "callers", reason: string): Gap {
  return { source, facet: "files", scope: "*", region: null, reason };
}
