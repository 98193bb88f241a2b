import { resolve } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import { type Gap, type SourceName, type SourceStatus, sourceNames } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { parseSnapshot } from "../../sources/snapshot-file.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { readInput } from "./files.ts";

/**
 * The facts of an earlier look. Sources that `--sources` leaves out are cut away; one that it names and the file does
 * not hold is a gap. Throws InputError for a file that is no snapshot, or one of another project.
 */
export async function readSnapshotFile(
  file: string,
  named: readonly SourceName[] | null,
  manifest: Manifest | null,
  io: Io,
): Promise<Snapshot> {
  const snapshot = parseSnapshot(readInput(resolve(io.cwd, file), file).text, file);
  const wanted = manifest?.environment.project ?? null;
  if (wanted !== null && snapshot.project !== null && snapshot.project !== wanted) {
    throw inputError(
      `${file} is a look at project ${snapshot.project}; environment ${manifest?.environment.name ?? ""} is project ${wanted}.`,
      "Choose the environment with --env, or take a new snapshot.",
    );
  }
  return named === null ? snapshot : narrowed(snapshot, new Set(named), file);
}

function narrowed(snapshot: Snapshot, asked: ReadonlySet<SourceName>, file: string): Snapshot {
  const gaps: Gap[] = snapshot.gaps.filter((gap) => asked.has(gap.source));
  const statuses = sourceNames.map((name): [SourceName, SourceStatus] => {
    if (!asked.has(name)) return [name, "not asked"];
    if (snapshot.sources[name] !== "not asked") return [name, snapshot.sources[name]];
    gaps.push({ source: name, facet: "files", scope: "*", region: null, reason: `${file} does not hold it` });
    return [name, "failed"];
  });
  const kept = <T>(name: SourceName, facts: T | null) => (asked.has(name) ? facts : null);
  return {
    ...snapshot,
    gaps,
    sources: Object.fromEntries(statuses) as Record<SourceName, SourceStatus>,
    declared: kept("declared", snapshot.declared),
    callers: kept("callers", snapshot.callers),
    deployed: kept("deployed", snapshot.deployed),
    holders: kept("holders", snapshot.holders),
  };
}
