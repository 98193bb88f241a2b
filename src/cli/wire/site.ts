import { homedir } from "node:os";
import { delimiter, dirname } from "node:path";
import type { Manifest } from "../../manifest/manifest.ts";
import { hasOwnCodebase } from "../../manifest/own-codebases.ts";
import { InputError } from "../../model/problem.ts";
import type { Engine } from "../../stacks/engine/judge.ts";
import type { Site } from "../../stacks/run.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { environmentFolder } from "./fleet/input.ts";
import type { Services } from "./services.ts";

/** Steps at once where nothing is written, and into the sandbox, whose provider keeps each region's limit by itself. */
const usualParallel = 16;

/** Throws InputError where no codebase is deployed by this tool, so that there is neither plan nor state. */
export function refuseWithoutCodebase(manifest: Manifest): void {
  if (hasOwnCodebase(manifest)) return;
  throw inputError(
    "No codebase of the manifest is deployed by this tool.",
    "`deployer: pulumi` says which are; those of `deployer: firebase` are deployed by `firebase deploy`.",
  );
}

/** The engine of this machine; null where none can be used. */
export async function findEngineHere(io: Io): Promise<Engine | null> {
  return (await search(io)).engine;
}

async function search({ env }: Io) {
  const { findEngine } = await import("../../stacks/engine/find.ts");
  return findEngine({ env, platform: process.platform, home: homedir() });
}

/** The engine of this machine. Throws InputError with where it was looked for. */
export async function requireEngine(io: Io): Promise<Engine> {
  const { engine, text } = await search(io);
  if (engine !== null) return engine;
  const [message = "", ...lines] = text.split("\n");
  throw new InputError([{ place: null, message, mend: lines.join("\n"), excerpt: null }]);
}

/** Where the engine works for one environment; for the sandbox, with a provider that writes to it. */
export async function openSite(
  engine: Engine,
  root: string,
  manifest: Manifest,
  services: Services,
  io: Io,
): Promise<{ readonly site: Omit<Site, "policyPack">; close(): Promise<void> }> {
  const { environment } = manifest;
  const { usualProjectName } = await import("../../stacks/names.ts");
  const variables: Record<string, string> = {
    // The engine starts the policy pack with the first Node on its path, which must not be an older one.
    PATH: [dirname(process.execPath), io.env.PATH ?? ""].join(delimiter),
    REGIONS_ENV: environment.name,
    REGIONS_MANIFEST: `${root}/${manifest.file}`,
  };
  const { base } = services.endpoint;
  let close = async (): Promise<void> => {};
  if (base !== null) {
    const { startProvider } = await import("../../stacks/provider/server.ts");
    const token = await services.token();
    const provider = await startProvider({ endpoint: base, token, project: environment.project });
    close = () => provider.close();
    variables.PULUMI_DEBUG_PROVIDERS = `gcp:${provider.port}`;
    variables.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION = "true";
  }
  // A state in files has no secrets in it; whoever keeps some elsewhere says how they are locked.
  if (environment.backend === null && io.env.PULUMI_CONFIG_PASSPHRASE === undefined) {
    variables.PULUMI_CONFIG_PASSPHRASE = "";
  }
  const site = {
    engine,
    environment: environment.name,
    projectName: usualProjectName,
    folder: environmentFolder(root, environment.name),
    backend: environment.backend,
    variables,
    keepsEveryStep: base === null,
    parallel: () => usualParallel,
  };
  return { site, close };
}

/** Works on the environment's state: nothing is deployed, so no policy judges. Closes what it has opened. */
export async function withStateSite<T>(
  engine: Engine,
  root: string,
  manifest: Manifest,
  services: Services,
  io: Io,
  work: (site: Site) => Promise<T>,
): Promise<T> {
  const { site, close } = await openSite(engine, root, manifest, services, io);
  try {
    return await work({ ...site, policyPack: null });
  } finally {
    await close();
  }
}
