import { homedir } from "node:os";
import { delimiter, dirname } from "node:path";
import type { Deployer } from "../../deployers/port.ts";
import type { Environment, Manifest } from "../../manifest/manifest.ts";
import { InputError } from "../../model/problem.ts";
import type { GlobalOptions } from "../command.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { discoveryPatience } from "./codebases.ts";
import { environmentFolder } from "./fleet/input.ts";
import { openServices, type Services } from "./services.ts";

/** A deployer of one environment, with what it holds open. */
export interface OpenDeployer {
  readonly deployer: Deployer;
  readonly services: Services;
  close(): Promise<void>;
}

/** Steps at once into the sandbox, whose provider keeps each region's limit by itself. */
const parallelInSandbox = 16;

/**
 * Makes everything ready to deploy an environment: finds the engine, builds and packs the codebases, plans. Throws
 * InputError where the engine is missing, or with all that keeps the fleet from being deployed.
 */
export async function openDeployer(
  root: string,
  manifest: Manifest,
  global: GlobalOptions,
  io: Io,
): Promise<OpenDeployer> {
  const { environment } = manifest;
  if (![...manifest.codebases.values()].some(({ deployer }) => deployer === "pulumi")) {
    throw inputError(
      "No codebase of the manifest is deployed by this tool.",
      "`deployer: pulumi` says which are; those of `deployer: firebase` are deployed by `firebase deploy`.",
    );
  }
  const { findEngine } = await import("../../stacks/engine/find.ts");
  const { engine, text } = await findEngine({ env: io.env, platform: process.platform, home: homedir() });
  if (engine === null) {
    const [message = "", ...lines] = text.split("\n");
    throw new InputError([{ place: null, message, mend: lines.join("\n"), excerpt: null }]);
  }
  const services = await openServices(environment, root, io);
  const closers: (() => Promise<void>)[] = [() => services.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const [
      { readFleet },
      { planFleet },
      { createPulumiDeployer },
      { usualProjectName },
      { policyPackPath },
      { stepsAtOnce },
    ] = await Promise.all([
      import("./fleet/input.ts"),
      import("../../stacks/plan/plan.ts"),
      import("../../deployers/pulumi.ts"),
      import("../../stacks/names.ts"),
      import("../../stacks/policy/path.ts"),
      import("../../stacks/at-once.ts"),
    ]);
    const progress = createProgress(io, global);
    const { google } = services;
    const ask = { root, manifest, google, patienceMs: discoveryPatience(io), signal: io.signal };
    const { input, notes } = await progress.during("codebases", () => readFleet(ask));
    const planned = planFleet(input);
    const variables: Record<string, string> = {
      // The engine starts the policy pack with the first Node on its path, which must not be an older one.
      PATH: [dirname(process.execPath), io.env.PATH ?? ""].join(delimiter),
      REGIONS_ENV: environment.name,
      REGIONS_MANIFEST: `${root}/${manifest.file}`,
    };
    const { base } = services.endpoint;
    if (base !== null) {
      const { startProvider } = await import("../../stacks/provider/server.ts");
      const token = await services.token();
      const provider = await startProvider({ endpoint: base, token, project: environment.project });
      closers.push(() => provider.close());
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
      policyPack: policyPackPath(),
      parallel: base === null ? stepsAtOnce(planned, manifest) : parallelInSandbox,
    };
    const { lookBefore } = await import("./fleet/live.ts");
    const {
      live,
      load,
      notes: unread,
    } = await progress.during("what is live", () => lookBefore(google, environment.project, io.now));
    const plan = { ...planned, notes: [...notes, ...unread, ...planned.notes, ...whereStateLies(environment)] };
    return { deployer: createPulumiDeployer({ site, manifest, plan, google, live, load }), services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whoever deploys from another machine would begin with an empty state. */
function whereStateLies({ name, backend, endpoint }: Environment): readonly string[] {
  if (backend !== null || endpoint !== "google") return [];
  const folder = `.regions/${name}/state`;
  return [`the state of ${name} lies in ${folder} on this machine alone; \`backend\` names a place that others share`];
}
