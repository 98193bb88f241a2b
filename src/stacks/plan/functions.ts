import type { FunctionEntry, Manifest } from "../../manifest/manifest.ts";
import type { Problem } from "../../model/problem.ts";
import type { Endpoint } from "../endpoint.ts";
import { sizeOf, sizeProblems } from "../size.ts";
import {
  accountOfClass,
  type CodebaseInput,
  type FleetFunction,
  type FleetInput,
  fullEmail,
  problem,
} from "./fleet.ts";

export interface FleetFunctions {
  readonly functions: readonly FleetFunction[];
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/**
 * The functions of the codebases that are deployed here, each joined with what its code declares. Where the two do not
 * fit together, or Google would refuse the result, there is a problem at the function's line of the manifest.
 */
export function joinFunctions({ manifest, codebases }: FleetInput): FleetFunctions {
  const functions: FleetFunction[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [name, { endpoints }] of codebases) {
    for (const reason of endpoints.problems) {
      const place = manifest.codebases.get(name)?.place ?? null;
      problems.push({ place, message: `Codebase ${name} cannot be deployed: ${reason}.`, mend: null, excerpt: null });
    }
    const undeclared = [...endpoints.endpoints.keys()].filter((one) => !isDeclared(manifest, one, name));
    for (const one of undeclared.sort()) {
      notes.push(`${one} of codebase ${name} is not deployed: ${manifest.file} does not declare it`);
    }
  }
  for (const entry of manifest.functions.values()) {
    const codebase = codebases.get(entry.codebase);
    if (codebase === undefined) continue;
    const endpoint = codebase.endpoints.endpoints.get(entry.name);
    if (endpoint === undefined) {
      // What keeps a codebase from being read has been said once.
      if (codebase.endpoints.problems.length > 0) continue;
      const message = `${entry.name} cannot be deployed: codebase ${entry.codebase} exports no function of that name.`;
      problems.push(problem(entry, message, "Export it, or remove its line (`regions sync` proposes it)."));
      continue;
    }
    const joined = join(manifest, entry, endpoint, codebase);
    problems.push(...joined.problems);
    if (joined.function !== null) functions.push(joined.function);
  }
  return { functions, problems: [...problems, ...collisions(functions)], notes };
}

function isDeclared(manifest: Manifest, name: string, codebase: string): boolean {
  return manifest.functions.get(name)?.codebase === codebase || manifest.excepted.has(name);
}

function join(
  manifest: Manifest,
  entry: FunctionEntry,
  endpoint: Endpoint,
  codebase: CodebaseInput,
): { readonly function: FleetFunction | null; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const refuse = (message: string, mend: string | null): void => {
    problems.push(problem(entry, message, mend));
  };
  const { trigger } = endpoint;
  if (entry.trigger !== null && entry.trigger !== trigger.kind) {
    const mend = `Write trigger: ${trigger.kind}, or change the code.`;
    refuse(
      `${entry.name} is ${kinds[entry.trigger]} by ${manifest.file}, and ${kinds[trigger.kind]} by its code.`,
      mend,
    );
  }
  if (trigger.kind === "blocking" || trigger.kind === "other") {
    refuse(
      `${entry.name} is ${trigger.what}, which only the Firebase CLI registers where it takes effect.`,
      "Keep it in a codebase with deployer: firebase.",
    );
  }
  if (trigger.kind === "event" && trigger.channel !== null) {
    refuse(
      `${entry.name} listens on the Eventarc channel ${trigger.channel}, which the engine's provider cannot say.`,
      "Keep it in a codebase with deployer: firebase.",
    );
  }
  const runtime = entry.runtime ?? codebase.runtime;
  if (runtime === null) refuse(`${entry.name} has no runtime.`, "Add one under defaults, such as runtime: nodejs22.");
  else if (manifest.allowedRuntimes?.includes(runtime) === false) {
    refuse(`${entry.name} would run on ${runtime}, which is not among runtimes.allowed.`, "Name an allowed runtime.");
  }
  for (const clause of sizeProblems(sizeOf(entry, endpoint), endpoint)) refuse(`${entry.name} ${clause}.`, null);
  if (runtime === null) return { function: null, problems };
  const project = manifest.environment.project;
  const account =
    endpoint.serviceAccount === null
      ? accountOfClass(manifest, entry.class)
      : { email: fullEmail(endpoint.serviceAccount, project), own: false };
  const regions = entry.moving === null ? entry.regions : [...entry.regions, entry.moving.from];
  return { function: { entry, endpoint, codebase, regions, runtime, account }, problems };
}

const kinds = {
  callable: "a callable",
  https: "a plain https function",
  scheduled: "scheduled",
  task: "a task function",
  event: "an event function",
  blocking: "a blocking function",
  other: "of another kind",
};

/** Two functions of one region must not fold to one Cloud Run service: "myFn" and "myfn", "a_b" and "a-b". */
function collisions(functions: readonly FleetFunction[]): Problem[] {
  const taken = new Map<string, string>();
  return functions.flatMap(({ entry, regions }) =>
    regions.flatMap((region) => {
      const service = `${region}/${entry.name.toLowerCase().replaceAll("_", "-")}`;
      const other = taken.get(service);
      taken.set(service, entry.name);
      if (other === undefined) return [];
      const message = `${entry.name} and ${other} are one Cloud Run service in ${region}: Google folds case, "_" and "-".`;
      return [problem(entry, message, "Rename one of them, or put them into different regions.")];
    }),
  );
}
