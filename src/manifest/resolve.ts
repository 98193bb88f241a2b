import type { Place } from "../model/place.ts";
import { InputError } from "../model/problem.ts";
import { codebaseOf, regionsOfClass } from "./cross-check.ts";
import type {
  CallerClient,
  CallerEntry,
  CheckEntry,
  ClassEntry,
  CodebaseEntry,
  Environment,
  FlowEntry,
  FunctionEntry,
  IgnoreEntry,
  Manifest,
  RegionEntry,
} from "./manifest.ts";
import { didYouMean } from "./nearest.ts";
import { type Entry, type ParsedManifest, placeOf } from "./parsed.ts";
import type { DefaultsData, EnvironmentData, FunctionData, RegionData } from "./schema.ts";
import type { CallerData, ClientData } from "./schema-callers.ts";

const usualWarn = 0.8;

/**
 * The manifest as one environment sees it. `environment` null means the file's `defaultEnvironment`, or its only one.
 * Throws InputError where that names none; a manifest that parsed has no other fault.
 */
export function resolveManifest(parsed: ParsedManifest, environment: string | null): Manifest {
  const [name, entry] = chooseEnvironment(parsed, environment);
  const except = new Set(entry.value.except ?? []);
  const functions = new Map<string, FunctionEntry>();
  const excepted = new Map<string, Place>();
  const homes = new Map<string, readonly string[]>();
  for (const className of parsed.classes.keys()) {
    homes.set(className, [regionsOfClass(parsed, className, name)?.home ?? ""]);
  }
  for (const [functionName, functionEntry] of parsed.functions) {
    if (except.has(functionName)) excepted.set(functionName, placeOf(functionEntry));
    else functions.set(functionName, resolveFunction(parsed, functionName, functionEntry, homes));
  }
  return {
    file: parsed.file,
    environment: resolveEnvironment(name, entry),
    environments: [...parsed.environments.keys()],
    regions: mapEntries(parsed.regions, resolveRegion),
    classes: mapEntries(parsed.classes, (className, classEntry): ClassEntry => {
      const own = regionsOfClass(parsed, className, name);
      return {
        name: className,
        region: own?.home ?? classEntry.value.region,
        allow: own?.allow ?? [],
        isolatedFrom: classEntry.value.isolatedFrom ?? [],
        roles: classEntry.value.roles ?? null,
        serviceAccount: accountOf(classEntry.value.serviceAccount, entry.value.project),
        why: classEntry.value.why ?? null,
        place: placeOf(classEntry),
      };
    }),
    allowedRuntimes: parsed.allowedRuntimes,
    codebases: mapEntries(
      parsed.codebases,
      (codebase, { value, ...at }): CodebaseEntry => ({
        name: codebase,
        source: value.source,
        deployer: value.deployer ?? "pulumi",
        build: value.build ?? null,
        ledger: value.ledger?.firestore ?? null,
        options: value.options === undefined ? null : below(value.source, value.options),
        place: placeOf({ value, ...at }),
      }),
    ),
    functions,
    excepted,
    callers: mapEntries(
      parsed.callers,
      (caller, callerEntry): CallerEntry => ({
        name: caller,
        root: callerEntry.value.root ?? ".",
        mode: callerEntry.value.mode ?? null,
        facts: callerEntry.value.facts ?? null,
        client: clientOf(callerEntry.value),
        env: envOf(callerEntry.value),
        place: placeOf(callerEntry),
      }),
    ),
    flows: mapEntries(
      parsed.flows,
      (flow, flowEntry): FlowEntry => ({
        name: flow,
        edges: flowEntry.value.map((edge, index) => ({ ...edge, place: placeOf(flowEntry, index) })),
        place: placeOf(flowEntry),
      }),
    ),
    ignores: parsed.ignores.map(
      (ignore): IgnoreEntry => ({
        rule: ignore.value.rule,
        function: ignore.value.function ?? null,
        region: ignore.value.region ?? null,
        file: ignore.value.file ?? null,
        reason: ignore.value.reason,
        owner: ignore.value.owner ?? null,
        until: ignore.value.until ?? null,
        place: placeOf(ignore),
      }),
    ),
    checks: mapEntries(
      parsed.checks,
      (check, { value, ...at }): CheckEntry => ({
        name: check,
        ...(typeof value === "string" ? { run: value, folder: "." } : { run: value.run, folder: value.cwd ?? "." }),
        place: placeOf({ value, ...at }),
      }),
    ),
  };
}

function chooseEnvironment(parsed: ParsedManifest, wanted: string | null): [string, Entry<EnvironmentData>] {
  const names = [...parsed.environments.keys()];
  const [only, second] = names;
  const name = wanted ?? parsed.defaultEnvironment ?? (second === undefined ? only : undefined);
  if (name === undefined) {
    const message = `${parsed.file} has ${names.length} environments and no defaultEnvironment.`;
    throw refuse(message, `name one with --env: ${names.join(", ")}`);
  }
  const entry = parsed.environments.get(name);
  if (entry !== undefined) return [name, entry];
  const list = `it has ${names.join(", ")}`;
  const meant = didYouMean(name, names);
  throw refuse(`${parsed.file} has no environment "${name}"; ${list}.`, meant ?? "name one of them with --env");
}

function refuse(message: string, mend: string): InputError {
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}

/** What stands for credentials where the sandbox answers: shapes that the official clients accept. */
const sandboxAccess = {
  stripe: { key: "sk_test_sandbox" },
  twilio: { account: "ACsandbox", token: "sandbox" },
  telegram: { token: "sandbox" },
};

function resolveEnvironment(name: string, entry: Entry<EnvironmentData>): Environment {
  const { value } = entry;
  const endpoint = value.endpoint ?? "google";
  const access = endpoint === "sandbox" ? sandboxAccess : { stripe: null, twilio: null, telegram: null };
  return {
    name,
    project: value.project,
    endpoint,
    stripe: value.stripe ?? access.stripe,
    twilio: value.twilio ?? access.twilio,
    telegram: value.telegram ?? access.telegram,
    rehearsals: value.rehearsals ?? endpoint === "sandbox",
    backend: value.backend ?? null,
    journal: value.journal ?? null,
    notify: value.notify ?? [],
    place: placeOf(entry),
  };
}

/** "runner@" stands for the account of that name in the environment's own project. */
function accountOf(written: string | undefined, project: string): string | null {
  if (written === undefined) return null;
  return written.endsWith("@") ? `${written}${project}.iam.gserviceaccount.com` : written;
}

function resolveRegion(name: string, entry: Entry<RegionData>): RegionEntry {
  const { role, quota } = entry.value;
  return {
    name,
    role: role ?? null,
    protected: entry.value.protected ?? false,
    quota:
      quota === undefined
        ? null
        : { vcpu: quota.vcpu, warn: shareOf(quota.warn ?? usualWarn), place: placeOf(entry, "quota") },
    place: placeOf(entry),
  };
}

const noDefaults: DefaultsData = {};

function resolveFunction(
  parsed: ParsedManifest,
  name: string,
  entry: Entry<FunctionData>,
  homes: ReadonlyMap<string, readonly string[]>,
): FunctionEntry {
  const { value } = entry;
  const codebase = codebaseOf(parsed, value) ?? "default";
  // A codebase that firebase deploys has these in its source; defaults would contradict it.
  const defaults =
    parsed.codebases.get(codebase)?.value.deployer === "firebase" ? noDefaults : (parsed.defaults?.value ?? noDefaults);
  const memory = value.memory ?? defaults.memory;
  return {
    name,
    class: value.class,
    regions: value.regions ?? (value.region !== undefined ? [value.region] : (homes.get(value.class) ?? [])),
    codebase,
    trigger: value.trigger ?? null,
    holders: value.holders ?? [],
    runtime: value.runtime ?? defaults.runtime ?? null,
    memoryMiB: memory === undefined ? null : mebibytesOf(memory),
    cpu: value.cpu ?? defaults.cpu ?? null,
    minInstances: value.minInstances ?? defaults.minInstances ?? null,
    maxInstances: value.maxInstances ?? defaults.maxInstances ?? null,
    moving: value.moving === undefined ? null : { ...value.moving, place: placeOf(entry, "moving") },
    undecided: value.undecided === undefined ? null : { text: value.undecided, place: placeOf(entry, "undecided") },
    place: placeOf(entry),
  };
}

function clientOf({ root = ".", client }: CallerData): CallerClient | null {
  if (client === undefined) return null;
  const { file, app, types, functions }: ClientData = typeof client === "string" ? { file: client } : client;
  return {
    file: below(root, file),
    app: app === undefined ? null : below(root, app),
    types: types ?? null,
    functions: functions ?? null,
  };
}

function envOf({ root = ".", env }: CallerData): CallerEntry["env"] {
  return env === undefined ? null : { file: below(root, env.file), prefix: env.prefix };
}

/** A path of a folder's own as the root sees it. */
function below(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

/** 256Mi → 256, 1Gi → 1024. The schema has checked the form. */
function mebibytesOf(memory: string): number {
  return Number.parseInt(memory, 10) * (memory.includes("G") ? 1024 : 1);
}

function shareOf(warn: string | number): number {
  return typeof warn === "number" ? warn : Number.parseFloat(warn) / 100;
}

function mapEntries<In, Out>(
  entries: ReadonlyMap<string, Entry<In>>,
  shape: (name: string, entry: Entry<In>) => Out,
): Map<string, Out> {
  return new Map([...entries].map(([name, entry]) => [name, shape(name, entry)]));
}
