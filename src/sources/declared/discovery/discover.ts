import { join } from "node:path";
import type { Gap } from "../../../model/gap.ts";
import { safeJson } from "../../code/json.ts";
import type { Project } from "../../code/project.ts";
import { deployEnv, deployValues } from "../deploy-env.ts";
import type { Codebase, Reading } from "../reading.ts";
import { type Compared, compareWithDiscovery } from "./compare.ts";
import { runDiscovery } from "./run.ts";
import { findSdk } from "./sdk.ts";
import { readWire } from "./wire.ts";

export interface DiscoveryRun {
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

/** A project must have some name while code is loaded; the emulators take "demo-…" for one that does not exist. */
const noProject = "demo-regions";

/**
 * Runs the SDK's own discovery on a codebase and sets it beside what its source says. Where it cannot be run there is
 * a gap with the reason. Executes the codebase's code: only on request. Throws only the signal's reason.
 */
export async function discover(
  project: Project,
  codebase: Codebase,
  reading: Reading,
  projectId: string | null,
  run: DiscoveryRun,
): Promise<Compared | Gap> {
  const folder = join(project.root, codebase.folder);
  const gap = (reason: string): Gap => {
    return { source: "declared", facet: "discovery", scope: `codebase ${codebase.name}`, region: null, reason };
  };
  const sdk = findSdk(folder, codebase.folder === "" ? "the root" : codebase.folder);
  if (sdk.kind === "missing") return gap(sdk.reason);
  const answer = await runDiscovery({
    sdk,
    folder,
    projectId: projectId ?? noProject,
    env: deployValues(project, codebase.folder, projectId),
    ...run,
  });
  if (answer.kind === "failed") return gap(answer.reason);
  const wire = readWire(safeJson(answer.text));
  if (wire === null) return gap("what the SDK wrote is no manifest of functions");
  const env = deployEnv(project, codebase.folder, projectId);
  const at = join(codebase.folder, "package.json");
  const compared = compareWithDiscovery(reading, wire, codebase.name, (name) => env(at, name, "process.env"));
  const remarks = wire.remarks.map((remark) => gap(`of what the SDK wrote, ${remark}`));
  return { ...compared, reading: { ...compared.reading, gaps: [...compared.reading.gaps, ...remarks] } };
}
