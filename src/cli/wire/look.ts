import type { Manifest } from "../../manifest/manifest.ts";
import type { Gap, SourceName, SourceStatus } from "../../model/gap.ts";
import { sourceNames, wholeFacets } from "../../model/gap.ts";
import { InputError } from "../../model/problem.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Layout } from "../../sources/code/layout.ts";
import type { LookCache } from "../../sources/code/look-cache.ts";
import type { GlobalOptions } from "../command.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { askedSources } from "./asked.ts";
import { openCache } from "./cache.ts";
import { discoveryPatience, namedCodebases } from "./codebases.ts";
import { findGround, type Ground, groundOfDraft, loadManifest, noManifestMend } from "./manifest.ts";
import { type Read, readCallersHere, readDeclaredHere, withUnexported } from "./read-code.ts";

export interface LookInput {
  /** `--deployed FILE`, as typed. */
  readonly deployedFile: string | null;
  /** `--snapshot FILE`, as typed. */
  readonly snapshotFile: string | null;
  /** `--discover`: the codebases' own discovery runs beside the reading of their source. */
  readonly discover?: boolean;
  /** `--state`: also what deployments remember, compared with what is there. */
  readonly state?: boolean;
  /** `--source FOLDER`, as typed: codebases to read instead of those that are known. */
  readonly codebases?: readonly string[];
  /** The sources a command needs whatever `--sources` says; null = what is asked for. */
  readonly only: readonly SourceName[] | null;
  /** Set by a command that writes a manifest, so that one which is already there is not read. */
  readonly draft?: {
    readonly project: string | null;
    /** False: the code around is another fleet's, and says nothing. */
    readonly code: boolean;
  };
}

export interface Look extends Ground {
  readonly manifest: Manifest | null;
  /** What a bare checkout holds; null where a manifest says so. */
  readonly layout: Layout | null;
  readonly snapshot: Snapshot;
  /** Sentences about the input worth saying: what a listing cannot show, how old it is. */
  readonly notes: readonly string[];
}

/**
 * One look: finds the manifest, decides what is asked for, reads all of it side by side. What could not be read is a
 * gap in the snapshot; only wrong input throws (InputError), and Ctrl-C (the signal's reason).
 */
export async function look(input: LookInput, global: GlobalOptions, io: Io): Promise<Look> {
  const { draft } = input;
  const ground = draft === undefined ? findGround(global, io) : groundOfDraft(global, io);
  const manifest = draft === undefined ? ((await loadManifest(ground, global))?.manifest ?? null) : null;
  const named = input.only ?? global.sources;
  if (input.snapshotFile !== null) {
    if (input.deployedFile !== null) {
      throw inputError("--deployed and --snapshot both say what is deployed.", "Give one of them.");
    }
    if (input.discover === true) {
      throw inputError("--discover runs the code that is here, and --snapshot works from a file.", "Give one of them.");
    }
    const { readSnapshotFile } = await import("./snapshot-input.ts");
    const snapshot = await readSnapshotFile(input.snapshotFile, named, manifest, io, input.state);
    return { ...ground, manifest, layout: null, snapshot, notes: [] };
  }
  const cache = await openCache(ground.root, global, io);
  const layout = manifest === null && draft?.code !== false ? await layoutOf(cache) : null;
  const hasCodebases = (layout?.codebases.length ?? 0) > 0;
  const asked = askedSources(manifest, named, input.deployedFile !== null, hasCodebases, input.state);
  if (input.deployedFile !== null && !asked.has("deployed")) {
    throw inputError("--deployed gives a listing that --sources leaves out.", "Add deployed to --sources.");
  }
  if (asked.has("state")) await refuseStateless(manifest);
  const project = manifest?.environment.project ?? draft?.project ?? onlyProject(layout);
  const { root } = ground;
  if (input.discover === true && !asked.has("declared")) {
    throw inputError(
      "--discover needs the declared functions, which --sources leaves out.",
      "Add declared to --sources.",
    );
  }
  const discover = input.discover === true ? { patienceMs: discoveryPatience(io), signal: io.signal } : null;
  const codebases = namedCodebases(root, input.codebases ?? [], manifest, layout);

  const progress = createProgress(io, global);
  const takenAt = io.now().toISOString();
  const attempt = <T>(source: SourceName, read: () => Promise<Read<T>>): Promise<Read<T>> | null =>
    asked.has(source) ? progress.during(source, () => settled(source, io, read)) : null;
  // The network first: it waits while the code is read.
  const services =
    asked.has("deployed") || asked.has("holders") || asked.has("state")
      ? import("./read-services.ts").then(({ readServices }) =>
          readServices({ root, manifest, project, deployedFile: input.deployedFile, asked }, attempt, io),
        )
      : { deployed: null, holders: null, state: null, notes: [] };
  const [{ deployed, holders, state, notes }, declared, callers] = await Promise.all([
    services,
    attempt("declared", () =>
      readDeclaredHere(root, manifest, layout, cache, { codebases, discover, projectId: project }),
    ),
    attempt("callers", () => readCallersHere(root, manifest, layout, project, cache)),
  ]);
  const reads = { declared, callers, deployed, holders, state };
  const snapshot: Snapshot = {
    version: 1,
    project: project ?? projectOf(deployed),
    takenAt,
    sources: Object.fromEntries(sourceNames.map((name) => [name, statusOf(reads[name])])) as Snapshot["sources"],
    gaps: sourceNames.flatMap((name) => reads[name]?.gaps ?? []),
    declared: await withUnexported(manifest, layout, declared?.facts ?? null, callers?.facts ?? null, cache),
    callers: callers?.facts ?? null,
    deployed: deployed?.facts ?? null,
    holders: holders?.facts ?? null,
    state: state?.facts ?? null,
  };
  await cache.save();
  return { ...ground, manifest, layout, snapshot, notes };
}

export function statusOf(read: Read<unknown> | null): SourceStatus {
  if (read === null) return "not asked";
  if (read.facts === null) return "failed";
  return read.gaps.length > 0 ? "partial" : "read";
}

/** A source that breaks in a way nobody foresaw was not read, and is told as such; the other sources go on. */
export async function settled<T>(source: SourceName, io: Io, read: () => Promise<Read<T>>): Promise<Read<T>> {
  try {
    const { facts, gaps } = await read();
    return facts === null && gaps.length === 0 ? failed(source, "it could not be read") : { facts, gaps };
  } catch (error) {
    if (error instanceof InputError || io.signal.aborted) throw error;
    return failed(source, error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
}

function failed(source: SourceName, reason: string): { facts: null; gaps: readonly Gap[] } {
  return { facts: null, gaps: [{ source, facet: wholeFacets[source], scope: "*", region: null, reason }] };
}

/** Without a manifest, or without a codebase that this tool deploys, there is no state to ask for. */
async function refuseStateless(manifest: Manifest | null): Promise<void> {
  if (manifest === null) {
    throw inputError("--state compares with regions.yaml, and there is none here or above.", noManifestMend);
  }
  const { refuseWithoutCodebase } = await import("./site.ts");
  refuseWithoutCodebase(manifest);
}

export async function layoutOf(cache: LookCache): Promise<Layout> {
  return cache.remembered("layout", async () => {
    const { findLayout } = await import("../../sources/code/layout.ts");
    return findLayout(await cache.tree());
  });
}

/** The project of a checkout without a manifest: the one its .firebaserc names, where there is only one. */
function onlyProject(layout: Layout | null): string | null {
  const [only, ...others] = layout?.projects ?? [];
  return others.length === 0 ? (only ?? null) : null;
}

/** The project that all rows of a listing belong to; null where they differ, or the listing names none. */
function projectOf(
  deployed: Read<{ readonly functions: readonly { readonly project: string }[] }> | null,
): string | null {
  const [only, ...others] = new Set(deployed?.facts?.functions.map((row) => row.project) ?? []);
  return others.length === 0 ? only || null : null;
}
