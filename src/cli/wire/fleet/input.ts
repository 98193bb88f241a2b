import { join } from "node:path";
import type { Google } from "../../../clients/google.ts";
import type { Manifest } from "../../../manifest/manifest.ts";
import { InputError, type Problem } from "../../../model/problem.ts";
import type { CodebaseInput, FleetInput } from "../../../stacks/plan/fleet.ts";
import { prepareCodebase } from "./codebase.ts";
import { lookAtProject } from "./places.ts";

export interface FleetAsk {
  /** Absolute folder of the manifest. */
  readonly root: string;
  readonly manifest: Manifest;
  readonly google: Google;
  /** How long a codebase's discovery may take. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** Folder of an environment's deployments, below the manifest's folder: state of the sandbox, archives, the engine's settings. */
export function environmentFolder(root: string, environment: string): string {
  return join(root, ".regions", environment);
}

/**
 * Everything a plan is made from: the codebases that `deployer: pulumi` deploys, built, discovered and packed, and what
 * Google says of the project. Throws InputError with all that keeps them from being deployed.
 */
export async function readFleet(ask: FleetAsk): Promise<{ input: FleetInput; notes: readonly string[] }> {
  const { root, manifest, google } = ask;
  const { project: projectId, name } = manifest.environment;
  const look = await lookAtProject(google, projectId);
  const used = new Set([...manifest.functions.values()].map(({ codebase }) => codebase));
  const codebases = new Map<string, CodebaseInput>();
  const problems: Problem[] = [];
  const notes = [...look.notes];
  for (const entry of manifest.codebases.values()) {
    if (entry.deployer !== "pulumi" || !used.has(entry.name)) continue;
    const archives = join(environmentFolder(root, name), "archives");
    const answer = await prepareCodebase({ ...ask, entry, project: look.project, archives });
    if (answer.kind === "problems") problems.push(...answer.problems);
    else {
      codebases.set(entry.name, answer.input);
      notes.push(...answer.notes);
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return { input: { manifest, codebases, project: look.project, places: look.places }, notes };
}
