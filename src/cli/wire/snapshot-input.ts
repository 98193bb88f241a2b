import { resolve } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import { type Gap, type SourceName, type SourceStatus, sourceNames, wholeFacets } from "../../model/gap.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { parseSnapshot } from "../../sources/snapshot-file.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { readInput } from "./files.ts";
import { strangersOnly } from "./strangers.ts";

/**
 * The facts of an earlier look. Sources that `--sources` leaves out are cut away; one that it names and the file does
 * not hold is a gap, and so is a `state` that is asked for. Throws InputError for a file that is no snapshot, or one of
 * another project.
 */
export async function readSnapshotFile(
  file: string,
  named: readonly SourceName[] | null,
  manifest: Manifest | null,
  io: Io,
  state = false,
): Promise<Snapshot> {
  const snapshot = parseSnapshot(readInput(resolve(io.cwd, file), file).text, file);
  const wanted = manifest?.environment.project ?? null;
  if (wanted !== null && snapshot.project !== null && snapshot.project !== wanted) {
    throw inputError(
      `${file} is a look at project ${snapshot.project}; environment ${manifest?.environment.name ?? ""} is project ${wanted}.`,
      "Choose the environment with --env, or take a new snapshot.",
    );
  }
  const whole = consistent(snapshot, wanted ?? snapshot.project, file);
  if (named === null && !state) return whole;
  const asked = new Set(named ?? sourceNames.filter((name) => whole.sources[name] !== "not asked"));
  if (state) asked.add("state");
  return narrowed(whole, asked, file);
}

/** What a file says of its own parts is believed only as far as the parts bear it out. */
function consistent(snapshot: Snapshot, project: string | null, file: string): Snapshot {
  const gaps: Gap[] = [...snapshot.gaps];
  const strange = snapshot.sources.deployed === "not asked" ? null : strangersOnly(snapshot.deployed, project, file);
  if (strange !== null) gaps.push(strange);
  const statuses = sourceNames.map((name): [SourceName, SourceStatus] => {
    const said = snapshot.sources[name];
    if (said !== "read" && said !== "partial") return [name, said];
    if (snapshot[name] !== null) return [name, gaps.some((gap) => gap.source === name) ? "partial" : said];
    gaps.push({
      source: name,
      facet: wholeFacets[name],
      scope: "*",
      region: null,
      reason: `${file} holds nothing of it`,
    });
    return [name, "failed"];
  });
  return { ...snapshot, gaps, sources: Object.fromEntries(statuses) as Record<SourceName, SourceStatus> };
}

function narrowed(snapshot: Snapshot, asked: ReadonlySet<SourceName>, file: string): Snapshot {
  const gaps: Gap[] = snapshot.gaps.filter((gap) => asked.has(gap.source));
  const statuses = sourceNames.map((name): [SourceName, SourceStatus] => {
    if (!asked.has(name)) return [name, "not asked"];
    if (snapshot.sources[name] !== "not asked") return [name, snapshot.sources[name]];
    gaps.push({ source: name, facet: wholeFacets[name], scope: "*", region: null, reason: `${file} does not hold it` });
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
    state: kept("state", snapshot.state),
  };
}
