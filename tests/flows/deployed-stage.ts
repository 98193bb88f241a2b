import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox/server.ts";
import type { Engine } from "../../src/stacks/engine/judge.ts";
import { type AuthEmulator, startAuthEmulator } from "../browser/auth-emulator.ts";
import { type Ran, run } from "../cli/run.ts";
import { root } from "../story/fleet.ts";
import { project, seed, supply } from "./project.ts";
import { type Stage, stageOn, surround } from "./stage.ts";

export interface DeployedStage extends Stage {
  /** What `regions deploy` printed. */
  readonly deployed: Ran;
  /** `regions` on the deployed project, as a person types it. */
  regions(...args: readonly string[]): Promise<Ran>;
}

/**
 * The same stage, with the fleet of this repository as `regions deploy --env sandbox` brings it into a running sandbox:
 * everything but what `supply` supplies is the deployment's own work.
 */
export async function openDeployedStage(engine: Engine): Promise<DeployedStage> {
  const auth = await startAuthEmulator(project);
  const folder = fleetFolder();
  try {
    return await deployInto(engine, folder, auth);
  } catch (error) {
    await auth.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function deployInto(engine: Engine, folder: string, auth: AuthEmulator): Promise<DeployedStage> {
  surround(auth);
  const sandbox = await startSandbox({ folder: join(folder, ".regions/sandbox"), seed, root: folder });
  const end = async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const stripe = await supply(sandbox);
    const regions = (...args: readonly string[]): Promise<Ran> =>
      run(args, { cwd: folder, env: { REGIONS_PULUMI_ROOT: engine.root ?? "" } });
    const deployed = await regions("deploy", "--env", "sandbox", "--yes");
    if (deployed.code !== 0) throw new Error(`not deployed: ${deployed.stdout.slice(-3_000)}${deployed.stderr}`);
    return { ...(await stageOn(sandbox, auth, stripe, end)), deployed, regions };
  } catch (error) {
    await end();
    throw error;
  }
}

/** regions.yaml with its codebase, as a clone has them; what a deployment writes stays out of the checkout. */
function fleetFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "regions-deployed-"));
  mkdirSync(join(folder, "src"));
  for (const part of ["regions.yaml", "package.json", "package-lock.json", "src/functions"]) {
    const isOwn = (path: string) => !/[/\\](node_modules|lib)$/.test(path);
    cpSync(join(root, part), join(folder, part), { recursive: true, filter: isOwn });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}
