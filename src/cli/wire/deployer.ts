import type { Deployer } from "../../deployers/port.ts";
import type { Environment, Manifest } from "../../manifest/manifest.ts";
import type { FleetPlan } from "../../stacks/resource.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { discoveryPatience } from "./codebases.ts";
import { openServices, type Services } from "./services.ts";
import { openSite, refuseWithoutCodebase, requireEngine } from "./site.ts";

/** A deployer of one environment, with what it holds open. */
export interface OpenDeployer {
  readonly deployer: Deployer;
  /**
   * The same for the manifest as it would be after an edit of its functions: the code, and what is live, are those that
   * were read. Throws InputError with all that keeps it from being deployed.
   */
  readonly deployerFor: (manifest: Manifest) => Deployer;
  readonly services: Services;
  close(): Promise<void>;
}

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
  refuseWithoutCodebase(manifest);
  const engine = await requireEngine(io);
  const services = await openServices(environment, root, io);
  const closers: (() => Promise<void>)[] = [() => services.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const [{ readFleet }, { planFleet }, { createPulumiDeployer }, { policyPackPath }, { stepsAtOnce }] =
      await Promise.all([
        import("./fleet/input.ts"),
        import("../../stacks/plan/plan.ts"),
        import("../../deployers/pulumi.ts"),
        import("../../stacks/policy/path.ts"),
        import("../../stacks/at-once.ts"),
      ]);
    const progress = createProgress(io, global);
    const { google } = services;
    const ask = { root, manifest, google, patienceMs: discoveryPatience(io), signal: io.signal };
    const { input, notes } = await progress.during("codebases", () => readFleet(ask));
    const planned = planFleet(input);
    const opened = await openSite(engine, root, manifest, services, io);
    closers.push(opened.close);
    const { parallel } = opened.site;
    const atOnce = services.endpoint.base === null ? stepsAtOnce(planned, manifest) : parallel;
    const site = { ...opened.site, policyPack: policyPackPath(), parallel: atOnce };
    const { lookBefore } = await import("./fleet/live.ts");
    const {
      live,
      load,
      notes: unread,
    } = await progress.during("what is live", () => lookBefore(google, environment.project, io.now));
    const told = [...notes, ...unread, ...whereStateLies(environment)];
    const make = (fleet: Manifest, plan: FleetPlan): Deployer => {
      const whole = { ...plan, notes: [...told, ...plan.notes] };
      return createPulumiDeployer({ site, manifest: fleet, plan: whole, google, live, load });
    };
    const deployerFor = (edited: Manifest): Deployer => make(edited, planFleet({ ...input, manifest: edited }));
    return { deployer: make(manifest, planned), deployerFor, services, close };
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
