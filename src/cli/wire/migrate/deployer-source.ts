import type { Manifest } from "../../../manifest/manifest.ts";
import type { DeployerSource } from "../../../migrate/outside/copies.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openDeployer } from "../deployer.ts";
import type { LoadedManifest } from "../manifest.ts";

export interface DeployerSourceOptions {
  readonly root: string;
  readonly load: () => Promise<LoadedManifest>;
  readonly global: GlobalOptions;
  readonly io: Io;
}

/** A deployer for what regions.yaml says at that moment. */
export function createDeployerSource({ root, load, global, io }: DeployerSourceOptions): DeployerSource {
  return {
    async open(name, without) {
      const { manifest } = await load();
      return openDeployer(root, without === null ? manifest : apart(manifest, name, without), global, io);
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
