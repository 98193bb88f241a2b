import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SeedChoice } from "../../src/sandbox/seeds.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/server.ts";
import { packCodebase } from "../../src/stacks/archive/pack.ts";
import type { ZipEntry } from "../../src/stacks/archive/zip.ts";
import type { Engine } from "../../src/stacks/engine/judge.ts";
import type { FleetInput } from "../../src/stacks/plan/fleet.ts";
import { planFleet } from "../../src/stacks/plan/plan.ts";
import { type RunningProvider, startProvider } from "../../src/stacks/provider/server.ts";
import type { FleetPlan } from "../../src/stacks/resource.ts";
import { type OpenStack, openStack, type Site } from "../../src/stacks/run.ts";
import { engineRoom } from "../engine/engine.ts";

/** A sandbox, a provider that writes to it, and a stack of the environment "sandbox": real but for Google. */
export interface Room {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly site: Site;
  readonly stack: OpenStack;
  readonly signal: AbortSignal;
  /** The plan of an input whose archive lies in the room. */
  readonly plan: (input: FleetInput, source?: string) => FleetPlan;
  /** Requests that changed something, since the last call. */
  readonly writes: () => string[];
  readonly close: () => Promise<void>;
}

const project = "demo-regions";

export async function openRoom(engine: Engine, seed: SeedChoice, options: Partial<Site> = {}): Promise<Room> {
  const { folder, overlay, remove } = engineRoom(engine);
  const sandbox = await startSandbox({ folder: null, seed });
  const provider: RunningProvider = await startProvider({ endpoint: sandbox.base, token: sandbox.token, project });
  const { PULUMI_BACKEND_URL, ...variables } = overlay;
  const site: Site = {
    engine,
    environment: "sandbox",
    projectName: "regions",
    folder: join(folder, "site"),
    backend: null,
    variables: { ...variables, PULUMI_DEBUG_PROVIDERS: `gcp:${provider.port}` },
    keepsEveryStep: true,
    policyPack: null,
    parallel: 8,
    ...options,
  };
  return {
    sandbox,
    folder,
    site,
    stack: await openStack(site),
    signal: new AbortController().signal,
    plan: (input, source = "export {};\n") => planFleet(withArchive(input, folder, source)),
    writes: () => {
      const fresh = sandbox.log.entries().filter(({ writes }) => writes);
      sandbox.log.clear();
      return fresh.map(({ method, path }) => `${method} ${path}`);
    },
    close: async () => {
      await provider.close();
      await sandbox.close();
      remove();
    },
  };
}

function withArchive(input: FleetInput, folder: string, source: string): FleetInput {
  const text = (path: string, content: string): ZipEntry => {
    return { path, bytes: Buffer.from(content), executable: false };
  };
  const files = [text("package.json", '{"main":"index.js"}'), text("index.js", source)];
  const packed = packCodebase({ codebase: "default", files, workspace: null });
  if (packed.kind === "problems") throw new Error(packed.reasons.join("\n"));
  const { sha256, bytes } = packed.archive;
  mkdirSync(join(folder, "archives"), { recursive: true });
  const file = join(folder, "archives", `${sha256}.zip`);
  writeFileSync(file, bytes);
  const codebases = new Map(
    [...input.codebases].map(([name, codebase]) => [name, { ...codebase, archive: { sha256, file } }]),
  );
  return { ...input, codebases };
}
