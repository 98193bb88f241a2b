import type { Manifest } from "../../../manifest/manifest.ts";
import { InputError } from "../../../model/problem.ts";
import type { DeployedCommit } from "../../../model/verification.ts";
import type { Looked } from "../../../verify/facts.ts";
import type { Io } from "../../io.ts";
import { openServices } from "../services.ts";
import { findEngineHere, openSite } from "../site.ts";

/** What deployments have noted of the code they were made from. Reads the state alone. */
export async function readDeployments(
  root: string,
  manifest: Manifest,
  io: Io,
): Promise<Looked<readonly DeployedCommit[]>> {
  const { environment, codebases } = manifest;
  if (![...codebases.values()].some(({ deployer }) => deployer === "pulumi")) {
    return { unread: "the Firebase CLI notes no commit of what it deploys" };
  }
  try {
    const engine = await findEngineHere(io);
    if (engine === null) return { unread: "no Pulumi engine can be used here, and it keeps the commits" };
    const services = await openServices(environment, root, io);
    try {
      const { site, close } = await openSite(engine, root, manifest, services, io);
      try {
        const { createPulumiStateReader } = await import("../../../deployers/pulumi-state.ts");
        const reader = createPulumiStateReader({ site: { ...site, policyPack: null }, manifest });
        return { found: await reader.deployedCommits() };
      } finally {
        await close();
      }
    } finally {
      await services.close();
    }
  } catch (error) {
    if (io.signal.aborted || !(error instanceof InputError)) throw error;
    return { unread: error.problems.map(({ message }) => message).join(" ") };
  }
}
