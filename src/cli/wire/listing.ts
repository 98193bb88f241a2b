import { resolve } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import type { DeployedFacts } from "../../model/deployed.ts";
import { isSnapshotText, readDeployedFile } from "../../sources/deployed/file.ts";
import { parseSnapshot } from "../../sources/snapshot-file.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { readInput } from "./files.ts";
import type { Read } from "./read-code.ts";
import { strangersOnly } from "./strangers.ts";

interface Listing extends Read<DeployedFacts> {
  readonly notes: readonly string[];
}

/**
 * What a file given with `--deployed` says is deployed: a listing that another tool wrote, or that part of a snapshot.
 * Throws InputError for a file of another kind, and for one of another project than the environment's.
 */
export function readListing(file: string, manifest: Manifest | null, project: string | null, io: Io): Listing {
  const { text, modified } = readInput(resolve(io.cwd, file), file);
  const read = isSnapshotText(text) ? deployedOfSnapshot(text, file) : readDeployedFile(text, file, modified, project);
  const projects = new Set(read.facts.functions.map((row) => row.project));
  if (manifest !== null && projects.size > 0 && !projects.has(manifest.environment.project)) {
    throw inputError(
      `${file} lists project ${[...projects].sort().join(", ")}; environment ${manifest.environment.name} is project ${manifest.environment.project}.`,
      "Choose the environment with --env, or take the listing of its project.",
    );
  }
  const strange = strangersOnly(read.facts, project, file);
  if (strange !== null) return { ...read, gaps: [...read.gaps, strange] };
  return isSnapshotText(text) ? read : withDoubt(read, file);
}

/** Another tool's list of nothing looks the same whether there is nothing, or the tool could not look. */
function withDoubt(read: Listing & { readonly facts: DeployedFacts }, file: string): Listing {
  if (read.facts.functions.length > 0) return read;
  const reason = `${file} lists no function at all, and cannot tell an empty project from one that was not reached`;
  return {
    ...read,
    gaps: [...read.gaps, { source: "deployed", facet: "functions", scope: "*", region: null, reason }],
  };
}

function deployedOfSnapshot(text: string, file: string): Listing & { readonly facts: DeployedFacts } {
  const snapshot = parseSnapshot(text, file);
  if (snapshot.deployed === null) {
    throw inputError(
      `${file} is a snapshot in which nobody looked at what is deployed.`,
      "Take one with `regions snapshot --sources deployed -o FILE`, or give a listing.",
    );
  }
  const takenAt = snapshot.deployed.origin.takenAt ?? snapshot.takenAt;
  return {
    facts: { ...snapshot.deployed, origin: { kind: "snapshot", file, takenAt } },
    gaps: snapshot.gaps.filter((gap) => gap.source === "deployed"),
    notes: [],
  };
}
