import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "../../cli/run.ts";
import { begin, told } from "./history.ts";
import { stripeWebhook } from "./kinds/stripe.ts";
import type { Matrix } from "./matrix.ts";
import type { Program } from "./program.ts";
import { type Kind, openScene, type Stage } from "./scene.ts";

/** As the test's deployer moves it, but brought by `regions deploy`; events come between the runs. */
const deployed: Kind = {
  ...stripeWebhook,
  seed: { ...stripeWebhook.seed, functions: [] },
  sendsAtPoints: false,
};

/**
 * What every move of the real engine begins with, done once: a fleet that was deployed, and a move of it that was stopped
 * after its deployment. Program: dist/regions.js, as users get it.
 */
export async function openEngineMatrix(pulumiRoot: string): Promise<Matrix & { remove(): void }> {
  const program: Program = {
    entry: bundle,
    points: join(import.meta.dirname, "points.ts"),
    env: { REGIONS_PULUMI_ROOT: pulumiRoot },
    remove: () => {},
  };
  const stages: Stage[] = [];
  const remove = (): void => {
    for (const { folder } of stages) rmSync(folder, { recursive: true, force: true });
  };
  async function stop(from: Stage | null, code: number, args: readonly string[]): Promise<Stage> {
    const scene = await openScene(deployed, program, from);
    if (from === null) {
      const modules = join(import.meta.dirname, "../../../node_modules");
      symlinkSync(modules, join(scene.folder, "node_modules"), "junction");
    }
    const ran = await scene.run(args);
    const stage = await scene.leave();
    stages.push(stage);
    if (ran.code !== code) throw new Error(`${args.join(" ")} ended with ${ran.code}: ${ran.text}`);
    return stage;
  }
  try {
    const fleet = await stop(null, 0, ["deploy", "--yes"]);
    await stop(fleet, 5, [...begin, "--until", "deploy-copy"]);
    const calm = await told({ kind: deployed, program, killAt: null, way: "resume", stage: fleet });
    return { kind: deployed, program, calm, stages, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
