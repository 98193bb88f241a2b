import { existsSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import type { PlacedEntry } from "../../model/baseline.ts";
import type { SourceName } from "../../model/gap.ts";
import { InputError } from "../../model/problem.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { LookCache } from "../../sources/code/look-cache.ts";
import type { CommitTree } from "../../sources/history/commit-tree.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";
import { lookAtCode } from "./code-look.ts";
import { readInput, shownPath } from "./files.ts";
import { loadManifest } from "./manifest.ts";

/** What is looked at in every commit. */
export interface CommitAsk {
  /** Absolute: the user's own folder. */
  readonly root: string;
  /** Absolute, in the user's files; null = regions.yaml in the root, where a commit has one. */
  readonly manifestPath: string | null;
  /** Null = the manifest's own default. */
  readonly environment: string | null;
  /** The project that findings are told apart by, whatever a commit's manifest says; null = that of each manifest. */
  readonly project: string | null;
  readonly asked: ReadonlySet<SourceName>;
  /** `--baseline`, as typed. */
  readonly baseline: string | null;
}

/** The code of one commit, with the manifest and the baseline that it has. */
export interface CommitLook {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest | null;
  /** Why the commit's own manifest cannot be used; null where it can, or where there is none. */
  readonly unusable: string | null;
  readonly baseline: readonly PlacedEntry[];
  /** Sentences on what is there and could not be used. */
  readonly notes: readonly string[];
}

/** Looks at what `tree` shows. Null where the commit has no such folder. */
export async function lookAtCommit(
  ask: CommitAsk,
  tree: CommitTree,
  openCache: (root: string) => Promise<LookCache>,
  global: GlobalOptions,
  io: Io,
): Promise<CommitLook | null> {
  const root = resolve(tree.folder);
  if (!isFolder(root)) return null;
  const { manifest, problem } = await manifestOf(ask, tree, root, global);
  const { entries, problem: baselineProblem } = await baselineOf(ask, tree, root, io);
  const cache = await openCache(root);
  const { asked } = ask;
  const project = ask.project ?? manifest?.environment.project ?? null;
  const takenAt = io.now().toISOString();
  const snapshot = await lookAtCode({ root, manifest, project, asked, takenAt }, cache, io);
  await cache.save();
  return {
    snapshot,
    manifest,
    unusable: problem,
    baseline: entries,
    notes: baselineProblem === null ? [] : [`${ask.baseline} could not be used there: ${baselineProblem}`],
  };
}

async function manifestOf(ask: CommitAsk, tree: CommitTree, root: string, global: GlobalOptions) {
  const manifestPath = counterpart(ask.manifestPath ?? join(ask.root, "regions.yaml"), ask, tree);
  if (!existsSync(manifestPath)) return { manifest: null, problem: null };
  try {
    const own = { ...global, manifest: null, environment: ask.environment };
    const manifest = (await loadManifest({ root, manifestPath }, own))?.manifest ?? null;
    if (manifest === null || ask.project === null) return { manifest, problem: null };
    const environment = { ...manifest.environment, project: ask.project };
    return { manifest: { ...manifest, environment }, problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { manifest: null, problem: problemOf(error) };
  }
}

async function baselineOf({ baseline, ...ask }: CommitAsk, tree: CommitTree, root: string, io: Io) {
  if (baseline === null) return { entries: [], problem: null };
  const path = counterpart(resolve(io.cwd, baseline), ask, tree);
  if (!existsSync(path)) return { entries: [], problem: null };
  try {
    const { parseBaseline } = await import("../baseline-file.ts");
    return { entries: parseBaseline(readInput(path, baseline).text, shownPath(root, path)), problem: null };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { entries: [], problem: problemOf(error) };
  }
}

/** Where a file of the user's is among those of the commit; one that lies outside of the repository is itself. */
function counterpart(path: string, { root }: Pick<CommitAsk, "root">, tree: CommitTree): string {
  const there = resolve(tree.folder, relative(root, path));
  return there.startsWith(tree.top + sep) ? there : path;
}

function problemOf({ problems }: InputError): string {
  const [first] = problems;
  if (first === undefined) return "it is wrong";
  const where = first.place === null ? "" : `${first.place.file}:${first.place.line}: `;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return `${where}${first.message.replace(/[.]$/, "")}${more}.`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
