import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CopyStates } from "../../../deployers/port.ts";
import type { Manifest } from "../../../manifest/manifest.ts";
import { hasOwnCodebase } from "../../../manifest/own-codebases.ts";
import type { DeployerSource } from "../../../migrate/outside/copies.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openDeployer } from "../deployer.ts";
import { firebaseCodebases } from "../firebase/codebases.ts";
import { environmentFolder } from "../fleet/input.ts";
import type { LoadedManifest } from "../manifest.ts";
import type { Services } from "../services.ts";
import { requireEngine, withStateSite } from "../site.ts";
import { writeOptions } from "./write-options.ts";

export interface DeployerSourceOptions {
  readonly root: string;
  readonly load: () => Promise<LoadedManifest>;
  readonly services: Services;
  readonly global: GlobalOptions;
  readonly io: Io;
}

/** A deployer for what regions.yaml says at that moment, and what the states of deployers say of single copies. */
export function createDeployerSource({ root, load, services, global, io }: DeployerSourceOptions): DeployerSource {
  /** Null: nothing was deployed or adopted from here. Starts the engine only where there is a state. */
  async function withStates<T>(manifest: Manifest, work: (states: CopyStates) => Promise<T>): Promise<T | null> {
    const { name, backend } = manifest.environment;
    if (!hasOwnCodebase(manifest)) return null;
    if (backend === null && !existsSync(join(environmentFolder(root, name), "state"))) return null;
    const { createPulumiCopyStates } = await import("../../../deployers/pulumi-copies.ts");
    return withStateSite(await requireEngine(io), root, manifest, services, io, (site) =>
      work(createPulumiCopyStates({ site, manifest, signal: io.signal })),
    );
  }

  return {
    async open(name, without) {
      const { manifest } = await load();
      const wanted = without === null ? manifest : apart(manifest, name, without);
      await writeOptions(root, wanted, name);
      return openDeployer(root, wanted, global, io);
    },

    async knows(name, region) {
      const { manifest } = await load();
      const codebase = manifest.functions.get(name)?.codebase ?? null;
      if (!firebaseCodebases(manifest).some((one) => one.name === codebase)) {
        return withStates(manifest, (states) => states.knows(name, region));
      }
      const { openFirebase } = await import("../firebase/deployer.ts");
      const { copies } = await openFirebase(root, manifest, services, io)(manifest).readState();
      return copies.some((copy) => copy.function === name && copy.region === region) ? "deployed" : null;
    },

    async forget(name, region) {
      const { manifest } = await load();
      await withStates(manifest, (states) => states.forget(name, region));
    },
  };
}

/** The manifest as if the function were not, and not going to be, in one region. */
function apart(manifest: Manifest, name: string, region: string): Manifest {
  const entry = manifest.functions.get(name);
  if (entry === undefined) return manifest;
  const all = entry.moving === null ? entry.regions : [...entry.regions, entry.moving.from];
  const regions = all.filter((one) => one !== region);
  return { ...manifest, functions: new Map(manifest.functions).set(name, { ...entry, regions, moving: null }) };
}
