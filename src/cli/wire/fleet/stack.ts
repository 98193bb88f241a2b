import { dirname, resolve } from "node:path";
import type { Manifest } from "../../../manifest/manifest.ts";
import { InputError } from "../../../model/problem.ts";
import { planFleet } from "../../../stacks/plan/plan.ts";
import type { FleetPlan } from "../../../stacks/resource.ts";
import type { GlobalOptions } from "../../command.ts";
import type { Io, Output } from "../../io.ts";
import { problemsText } from "../../problems.ts";
import { discoveryPatience } from "../codebases.ts";
import { findGround, requireManifest } from "../manifest.ts";
import { openServices } from "../services.ts";
import { readFleet } from "./input.ts";

/** What a plain `pulumi` runs on: the process that the engine started. */
export interface StackProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The plan of an environment for a Pulumi program: the manifest that REGIONS_MANIFEST names, else the nearest
 * regions.yaml from the working directory upwards. Rejects with one Error that tells all that is wrong with the input.
 */
export async function planOfStack(environment: string, { env, cwd }: StackProcess): Promise<FleetPlan> {
  const io: Io = {
    stdout: nowhere,
    stderr: nowhere,
    env,
    cwd,
    signal: new AbortController().signal,
    now: () => new Date(),
  };
  try {
    const { root, manifest } = await manifestOf(environment, io);
    const services = await openServices(manifest.environment, root, io);
    try {
      const { google } = services;
      const ask = { root, manifest, google, patienceMs: discoveryPatience(io), signal: io.signal };
      const { input, notes } = await readFleet(ask);
      const plan = planFleet(input);
      return { ...plan, notes: [...notes, ...plan.notes] };
    } finally {
      await services.close();
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new Error(problemsText(error.problems).trimEnd());
  }
}

async function manifestOf(environment: string, io: Io): Promise<{ root: string; manifest: Manifest }> {
  const named = io.env.REGIONS_MANIFEST ?? "";
  const global: GlobalOptions = {
    manifest: named === "" ? null : named,
    environment,
    format: "text",
    outputs: [],
    sources: null,
    root: null,
    today: io.now().toISOString().slice(0, 10),
    failOn: "error",
    color: false,
    quiet: true,
    verbose: false,
    cache: true,
  };
  const ground = findGround(global, io);
  const { manifest } = await requireManifest(ground, global);
  return { root: named === "" ? ground.root : dirname(resolve(io.cwd, named)), manifest };
}

const nowhere: Output = { write: async () => {}, isTerminal: false, columns: null };
