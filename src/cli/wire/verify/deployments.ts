import type { Manifest } from "../../../manifest/manifest.ts";
import { hasOwnCodebase } from "../../../manifest/own-codebases.ts";
import { InputError } from "../../../model/problem.ts";
import type { DeployedCommit } from "../../../model/verification.ts";
import type { Looked } from "../../../verify/facts.ts";
import type { Io } from "../../io.ts";
import { openServices } from "../services.ts";
import { findEngineHere, withStateSite } from "../site.ts";

/** What deployments have noted of the code they were made from. Reads the state alone. */
export async function readDeployments(
  root: string,
  manifest: Manifest,
  io: Io,
): Promise<Looked<readonly DeployedCommit[]>> {
  const { environment } = manifest;
  if (!hasOwnCodebase(manifest)) {
    return { unread: "the Firebase CLI notes no commit of what it deploys" };
  }
  try {
    const engine = await findEngineHere(io);
    if (engine === null) return { unread: "no Pulumi engine can be used here, and it keeps the commits" };
    const { createPulumiStateReader } = await import("../../../deployers/pulumi-state.ts");
    const services = await openServices(environment, root, io);
    try {
      return await withStateSite(engine, root, manifest, services, io, async (site) => ({
        found: await createPulumiStateReader({ site, manifest }).deployedCommits(),
      }));
    } finally {
      await services.close();
    }
  } catch (error) {
    if (io.signal.aborted || !(error instanceof InputError)) throw error;
    return { unread: error.problems.map(({ message }) => message).join(" ") };
  }
}
