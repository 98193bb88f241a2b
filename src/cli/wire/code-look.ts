import type { Manifest } from "../../manifest/manifest.ts";
import { type SourceName, sourceNames } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { LookCache } from "../../sources/code/look-cache.ts";
import type { Io } from "../io.ts";
import { layoutOf, settled, statusOf } from "./look.ts";
import { readCallersHere, readDeclaredHere, withUnexported } from "./read-code.ts";

/** What code says can be read from files alone, and so of any commit. */
export const codeSources = ["declared", "callers"] as const satisfies readonly SourceName[];

interface CodeLook {
  /** Absolute. */
  readonly root: string;
  readonly manifest: Manifest | null;
  readonly project: string | null;
  /** Which of `codeSources` are read. */
  readonly asked: ReadonlySet<SourceName>;
  /** RFC 3339. */
  readonly takenAt: string;
}

/** A look at the code alone. What could not be read is a gap in it. */
export async function lookAtCode(look: CodeLook, cache: LookCache, io: Io): Promise<Snapshot> {
  const { root, manifest, project, asked, takenAt } = look;
  const layout = manifest === null ? await layoutOf(cache) : null;
  const declared = asked.has("declared")
    ? await settled("declared", io, () => readDeclaredHere(root, manifest, layout, cache, { projectId: project }))
    : null;
  io.signal.throwIfAborted();
  const callers = asked.has("callers")
    ? await settled("callers", io, () => readCallersHere(root, manifest, layout, project, cache))
    : null;
  io.signal.throwIfAborted();
  const reads = { declared, callers, deployed: null, holders: null, state: null };
  return {
    version: 1,
    project,
    takenAt,
    sources: Object.fromEntries(sourceNames.map((name) => [name, statusOf(reads[name])])) as Snapshot["sources"],
    gaps: sourceNames.flatMap((name) => reads[name]?.gaps ?? []),
    declared: await withUnexported(manifest, layout, declared?.facts ?? null, callers?.facts ?? null, cache),
    callers: callers?.facts ?? null,
    deployed: null,
    holders: null,
    state: null,
  };
}
