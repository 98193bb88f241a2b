import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import {
  CommandError,
  type Deployment,
  type ImportResource,
  LocalWorkspace,
  type ProjectSettings,
  PulumiCommand,
  type Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation/index.js";
import type { DeploymentEvent, Failure } from "../model/deployment.ts";
import { maskSecrets } from "../model/mask-secrets.ts";
import { InputError } from "../model/problem.ts";
import type { Engine } from "./engine/judge.ts";
import { inOwnGroup } from "./engine/own-group.ts";
import { listen, type RunRecord } from "./events.ts";
import { previewImport, refuseAllButImports } from "./import.ts";
import { withImportedLabels } from "./imported-labels.ts";
import { locksIn } from "./locks.ts";
import { createFleet } from "./program.ts";
import type { FleetPlan } from "./resource.ts";
import { withoutDebugging } from "./undebugged.ts";

/** Where the engine works, and by which rules. */
export interface Site {
  readonly engine: Engine;
  /** Name of the stack: the environment. */
  readonly environment: string;
  /** The engine's project; see `usualProjectName`. */
  readonly projectName: string;
  /** Absolute folder of this environment, which the engine may fill: settings, and state where `backend` is null. */
  readonly folder: string;
  /** URL of the backend; null = files in `folder`. */
  readonly backend: string | null;
  /** Laid over the environment of this process: credentials, provider to attach to. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Whether the state is written after every step (a killed run loses nothing; the cost grows with the square of the
   * fleet) or once at the end (for a stand-in whose resources can be looked up in no time).
   */
  readonly keepsEveryStep: boolean;
  /** Policy pack: an executable file. */
  readonly policyPack: string | null;
  /** Operations at once; asked for with each run, as a stack can be opened before anybody knows. */
  readonly parallel: () => number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onEvent?: (event: DeploymentEvent) => void;
  /** Only these resources; null = all. */
  readonly targets?: readonly string[] | null;
  /** Reads what is really there first. */
  readonly refresh?: boolean;
  /** Resources that are to be made anew. */
  readonly replace?: readonly string[];
}

/** What a run came to. `complete` false: the engine ended before its end, and the failures say why. */
export interface RunResult extends RunRecord {
  readonly complete: boolean;
}

export interface OpenStack {
  preview(plan: FleetPlan, options: RunOptions): Promise<RunResult>;
  up(plan: FleetPlan, options: RunOptions): Promise<RunResult>;
  /** Deletes everything in the state but what is protected. */
  destroy(options: RunOptions): Promise<RunResult>;
  refresh(options: RunOptions): Promise<RunResult>;
  /** Compares the state with what is there: `drifts` and `compared`. Writes neither, and holds no lock. */
  compare(options: RunOptions): Promise<RunResult>;
  /**
   * Takes what is there into the state, protected, and changes nothing of it. Parents and provider must be in the state.
   * The engine's own preview comes first: rejects with ActionError where that shows anything but imports.
   */
  adopt(
    resources: readonly ImportResource[],
    names: Readonly<Record<string, string>>,
    options: RunOptions,
  ): Promise<RunResult>;
  readState(): Promise<Deployment>;
  writeState(state: Deployment): Promise<void>;
  /** A tag of the stack; null: it has none of that name. */
  readTag(name: string): Promise<string | null>;
  writeTag(name: string, value: string): Promise<void>;
  /** Removes locks, whoever holds them. */
  unlock(): Promise<void>;
}

/** Opens the environment's stack, creating it where there is none. Starts the engine; rejects with what it says. */
export function openStack(site: Site): Promise<OpenStack> {
  return told(site, () => open(site));
}

/** Opens the environment's stack where there is one, and creates none; null where there is none. Rejects as above. */
export async function findStack(site: Site): Promise<OpenStack | null> {
  // The engine would make the folder.
  if (site.backend === null && !existsSync(stateFolder(site))) return null;
  return told(site, async () => {
    try {
      return await open(site, "present");
    } catch (error) {
      if (error instanceof StackNotFoundError) return null;
      throw error;
    }
  });
}

async function open(site: Site, which: "any" | "present" = "any"): Promise<OpenStack> {
  const { engine, environment, projectName, folder } = site;
  const work = join(folder, "engine");
  mkdirSync(work, { recursive: true });
  const pulumiCommand = inOwnGroup(await PulumiCommand.get(engine.root === null ? {} : { root: engine.root }));
  const program = { stackName: environment, projectName, program: async () => {} };
  const settings = {
    workDir: work,
    pulumiCommand,
    envVars: { ...variablesOf(site), ...site.variables },
    projectSettings: projectSettings(projectName),
  };
  const stack =
    which === "any"
      ? await LocalWorkspace.createOrSelectStack(program, settings)
      : await LocalWorkspace.selectStack(program, settings);
  return operate(stack, site);
}

/** A provider that nobody named explicitly would deploy into whatever project is set on the machine. */
function projectSettings(name: string): ProjectSettings {
  const config = { "pulumi:disable-default-providers": { value: ["gcp"] } };
  // The SDK's type knows only the older meaning of `config`, a folder; the engine reads this.
  return { name, runtime: "nodejs", config: config as unknown as string };
}

/** Where the state lies that is kept in files beside the manifest. */
function stateFolder({ folder }: Site): string {
  return join(folder, "state");
}

/** The same on every machine: nothing of the user's own stacks, and no question to the network. */
function variablesOf(site: Site): Record<string, string> {
  const { backend } = site;
  const state = stateFolder(site);
  if (backend === null) mkdirSync(state, { recursive: true });
  return {
    PULUMI_BACKEND_URL: backend ?? pathToFileURL(state).href,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

function operate(stack: Stack, site: Site): OpenStack {
  const shared = ({ signal, targets, refresh, replace }: RunOptions) => {
    return {
      color: "never" as const,
      parallel: site.parallel(),
      signal,
      suppressOutputs: true,
      ...(targets == null ? {} : { target: [...targets] }),
      ...(refresh === true ? { refresh } : {}),
      ...(replace === undefined || replace.length === 0 ? {} : { replace: [...replace] }),
    };
  };
  /** What writes nothing outside the state can be done again whole: only real changes are kept step by step. */
  const keepSteps = (changes: boolean): void => {
    const { envVars } = stack.workspace;
    if (changes && site.keepsEveryStep) delete envVars.PULUMI_SKIP_CHECKPOINTS;
    else envVars.PULUMI_SKIP_CHECKPOINTS = "true";
  };
  const policy = site.policyPack === null ? {} : { policyPacks: [site.policyPack] };
  const programOf = (plan: FleetPlan) => {
    // Policies let pass what was adopted where it is live.
    const adopted = plan.resources.filter(({ options }) => options.protect === true).map(({ name }) => name);
    stack.workspace.envVars.REGIONS_ADOPTED = adopted.filter((name) => !name.includes("/")).join(",");
    return async (): Promise<void> => createFleet(plan);
  };
  return {
    preview(plan, options) {
      keepSteps(false);
      const program = programOf(plan);
      return heard(options, (onEvent) => stack.preview({ ...shared(options), ...policy, program, onEvent }));
    },
    up(plan, options) {
      keepSteps(true);
      const all = { ...shared(options), ...policy, program: programOf(plan), continueOnError: true };
      return heard(options, (onEvent) => stack.up({ ...all, onEvent }));
    },
    destroy(options) {
      keepSteps(true);
      const all = { ...shared(options), continueOnError: true, excludeProtected: true };
      return heard(options, (onEvent) => stack.destroy({ ...all, onEvent }));
    },
    refresh(options) {
      keepSteps(false);
      return heard(options, (onEvent) => stack.refresh({ ...shared(options), onEvent }));
    },
    compare(options) {
      return heard(options, (onEvent) => stack.previewRefresh({ ...shared(options), onEvent }));
    },
    adopt(resources, nameTable, options) {
      keepSteps(false);
      const order = { resources: [...resources], nameTable };
      return heard(options, async (hear) => {
        if (resources.length > 0) {
          const planned: EngineEvent[] = [];
          await previewImport(stack, order, options.signal, (event) => {
            planned.push(event);
            hear(event);
          });
          refuseAllButImports(planned);
          await stack.import({ ...order, protect: true, generateCode: false, color: "never" });
        }
        const exported = await stack.exportStack();
        const labelled = withImportedLabels(exported);
        if (labelled !== exported) await stack.importStack(labelled);
      });
    },
    readState: () => told(site, () => stack.exportStack()),
    writeState: (state) => told(site, () => stack.importStack(state)),
    readTag: (name) => told(site, async () => (await stack.workspace.listTags(stack.name))[name] ?? null),
    writeTag: (name, value) => told(site, () => stack.workspace.setTag(stack.name, name, value)),
    unlock: () => told(site, () => stack.cancel()),
  };
}

/** What keeps the engine from the state is the input's fault: an address, a credential, a passphrase. */
async function told<T>({ environment }: Site, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const complaints = locksIn(error) === null ? complaintsIn(error) : [];
    if (complaints.length === 0) throw error;
    const problems = complaints.map(({ message }) => {
      const isLocked = /passphrase/i.test(message);
      const wrong = /incorrect/i.test(message) ? "its passphrase is another" : "it needs a passphrase";
      const reason = isLocked ? wrong : message.replace(/[.]$/, "");
      const told = `The state of environment ${environment} cannot be used: ${reason}.`;
      return { place: null, message: told, mend: isLocked ? passphraseMend : null, excerpt: null };
    });
    throw new InputError(problems);
  }
}

const passphraseMend =
  "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to what the state was first made with; for a new state it may be empty.";

/** Runs the engine and tells what it did, also where it ends with an error: what went well before stays done. */
async function heard(
  { onEvent, signal }: RunOptions,
  run: (onEvent: ReturnType<typeof listen>["hear"]) => Promise<unknown>,
): Promise<RunResult> {
  const { hear, record } = listen(onEvent);
  try {
    await withoutDebugging(() => run(hear));
    return { ...record(), complete: true };
  } catch (error) {
    signal.throwIfAborted();
    if (locksIn(error) !== null) throw error;
    const recorded = record();
    const failures = recorded.failures.length > 0 ? recorded.failures : complaintsIn(error);
    if (failures.length === 0) throw error;
    return { ...recorded, failures, complete: false };
  }
}

/** Where the engine tells no events, what it writes on standard error is all there is. */
function complaintsIn(error: unknown): Failure[] {
  if (!(error instanceof CommandError)) return [];
  const lines = [...error.message.matchAll(/^ *error: (.+)$/gm)].map((match) => (match[1] ?? "").trim());
  return [...new Set(lines)].map((line) => ({ part: null, operation: null, message: maskSecrets(line) }));
}
