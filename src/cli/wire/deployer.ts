import type { Deployer } from "../../deployers/port.ts";
import type { Environment, Manifest } from "../../manifest/manifest.ts";
import { hasOwnCodebase } from "../../manifest/own-codebases.ts";
import type { Engine } from "../../stacks/engine/judge.ts";
import type { GlobalOptions } from "../command.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { discoveryPatience } from "./codebases.ts";
import { commitHere } from "./commit.ts";
import { firebaseCodebases } from "./firebase/codebases.ts";
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
 * Makes everything ready to deploy an environment, each codebase by its own deployer: finds the engine or the Firebase CLI,
 * builds and packs the codebases, plans. Throws InputError where one is missing, or with all that keeps the fleet from
 * being deployed.
 */
export async function openDeployer(
  root: string,
  manifest: Manifest,
  global: GlobalOptions,
  io: Io,
): Promise<OpenDeployer> {
  const { environment } = manifest;
  const ours = firebaseCodebases(manifest);
  const isFirebaseAlone = ours.length > 0 && !hasOwnCodebase(manifest);
  if (!isFirebaseAlone) refuseWithoutCodebase(manifest);
  const engine = isFirebaseAlone ? null : await requireEngine(io);
  const services = await openServices(environment, root, io);
  const closers: (() => Promise<void>)[] = [() => services.close()];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const pulumi = engine === null ? null : await openPulumi(root, manifest, engine, services, closers, global, io);
    const { openFirebase } = await import("./firebase/deployer.ts");
    let opened: ((edited: Manifest) => Deployer) | null = null;
    const firebase = (edited: Manifest): Deployer => {
      opened ??= openFirebase(root, manifest, services, io);
      return opened(edited);
    };
    const { createDeployerByCodebase } = await import("../../deployers/by-codebase.ts");
    const names = ours.map(({ name }) => name);
    const deployerFor = (edited: Manifest): Deployer => {
      if (pulumi === null) return firebase(edited);
      if (names.length === 0) return pulumi(edited);
      return createDeployerByCodebase(edited, pulumi(edited), () => firebase(edited), names);
    };
    return { deployer: deployerFor(manifest), deployerFor, services, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Builds and packs the codebases that Pulumi deploys, and plans. What it opens, `closers` close. */
async function openPulumi(
  root: string,
  manifest: Manifest,
  engine: Engine,
  services: Services,
  closers: (() => Promise<void>)[],
  global: GlobalOptions,
  io: Io,
): Promise<(edited: Manifest) => Deployer> {
  const { environment } = manifest;
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
  const opened = await openSite(engine, root, manifest, services, io);
  closers.push(opened.close);
  let atOnce = opened.site.parallel();
  const site = { ...opened.site, policyPack: policyPackPath(), parallel: () => atOnce };
  const [{ input, notes }, commit] = await Promise.all([
    progress.during("codebases", () => readFleet(ask)),
    commitHere(root),
  ]);
  // The engine takes its time to start: meanwhile the fleet is planned, and what is live is asked for.
  const stack = import("../../stacks/run.ts").then(({ openStack }) => openStack(site));
  // Nothing is left under way where the plan is refused.
  closers.push(() =>
    stack.then(
      () => {},
      () => {},
    ),
  );
  const planned = planFleet(input);
  if (services.endpoint.base === null) atOnce = stepsAtOnce(planned, manifest);
  const { lookBefore } = await import("./fleet/live.ts");
  const {
    live,
    load,
    notes: unread,
  } = await progress.during("what is live", () => lookBefore(google, environment.project, io.now));
  const told = [...notes, ...unread, ...whereStateLies(environment)];
  return (edited) => {
    const plan = edited === manifest ? planned : planFleet({ ...input, manifest: edited });
    return createPulumiDeployer({
      site,
      manifest: edited,
      plan: { ...plan, notes: [...told, ...plan.notes] },
      google,
      live,
      load,
      commit,
      stack,
      now: io.now,
    });
  };
}

/** Whoever deploys from another machine would begin with an empty state. */
function whereStateLies({ name, backend, endpoint }: Environment): readonly string[] {
  if (backend !== null || endpoint !== "google") return [];
  const folder = `.regions/${name}/state`;
  return [`the state of ${name} lies in ${folder} on this machine alone; \`backend\` names a place that others share`];
}
