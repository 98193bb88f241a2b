import { type UsualRegion, usualRegion } from "../firebase/default-region.ts";
import { isSelected, type Selection } from "../firebase/only.ts";
import { type PlannedCodebase, type PlannedCopy, planDeploy } from "../firebase/planned-deploy.ts";
import type { CodebaseEntry, FunctionEntry, Manifest } from "../manifest/manifest.ts";
import type { DeployedFunction } from "../model/deployed.ts";
import type { Problem } from "../model/problem.ts";
import type { Scope } from "./port.ts";

export interface FirebaseInput {
  readonly manifest: Manifest;
  /** Names of the codebases that the Firebase CLI deploys. */
  readonly codebases: readonly string[];
  /** What they really declare; a codebase may be left out where nothing of it is deployed. */
  readonly declared: ReadonlyMap<string, PlannedCodebase>;
  readonly live: readonly DeployedFunction[];
  readonly version: string;
  readonly scope: Scope;
}

/** One copy, as the port's other side counts them. */
export interface CopyAt {
  readonly function: string;
  readonly region: string;
  readonly codebase: string;
}

export interface FirebasePlan {
  /** Functions to name in `--only`, by codebase. */
  readonly deploys: ReadonlyMap<string, readonly string[]>;
  readonly creates: readonly CopyAt[];
  readonly updates: readonly CopyAt[];
  /** Copies that are asked for by function and region, and that `regions.yaml` no longer wants. */
  readonly removals: readonly CopyAt[];
  /** Why nothing of it may be done. */
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** Functions of which a request deploys something, so that their codebases' code has to be looked at. */
export function functionsAsked(manifest: Manifest, codebases: readonly string[], scope: Scope): FunctionEntry[] {
  return [...manifest.functions.values()].filter((entry) => {
    if (!codebases.includes(entry.codebase)) return false;
    if (scope.classes.length > 0 && !scope.classes.includes(entry.class)) return false;
    return scope.functions.length === 0 || scope.functions.includes(entry.name);
  });
}

/** Where a function is deployed: while it moves, in both. */
export function regionsWanted({ regions, moving }: FunctionEntry): readonly string[] {
  return moving === null ? regions : [moving.from, ...regions.filter((region) => region !== moving.from)];
}

/**
 * What the Firebase CLI is to be told, and what it would do then. A copy is removed only where a request names its
 * function and its region: unlike a state, its label does not say that it may go.
 */
export function planFirebase(input: FirebaseInput): FirebasePlan {
  const { manifest, codebases, declared, live, scope } = input;
  const usual = usualRegion(input.version, null);
  const problems: Problem[] = [];
  const notes: string[] = [];
  const deploys = new Map<string, string[]>();
  const removals: CopyAt[] = [];
  for (const entry of functionsAsked(manifest, codebases, scope)) {
    const wanted = regionsWanted(entry);
    const unwanted = live.filter((copy) => isOurs(copy, entry) && !wanted.includes(copy.region));
    const gone = unwanted.filter(({ region }) => isNamed(scope, entry.name, region));
    removals.push(...gone.map(({ region }) => ({ function: entry.name, region, codebase: entry.codebase })));
    const within = wanted.filter((region) => scope.regions.length === 0 || scope.regions.includes(region));
    if (within.length === 0) {
      for (const { region } of unwanted) {
        if (scope.functions.includes(entry.name) || !scope.regions.includes(region)) continue;
        notes.push(
          `${entry.name} is live in ${region}, which regions.yaml does not want; --function names it for removal`,
        );
      }
      continue;
    }
    if (within.length < wanted.length) problems.push(notOneRegion(entry, wanted));
    const source = declared.get(entry.codebase);
    problems.push(...sourceProblems(entry, wanted, manifest.codebases.get(entry.codebase), source, live, usual));
    deploys.set(entry.codebase, [...(deploys.get(entry.codebase) ?? []), entry.name]);
  }
  for (const copy of removals) problems.push(...removalProblems(copy, input));
  if (problems.length > 0) return { deploys, creates: [], updates: [], removals, problems, notes };

  const planned = planDeploy({
    codebases: [...deploys.keys()].flatMap((name) => declared.get(name) ?? []),
    live,
    selections: [...deploys].flatMap(([codebase, names]) => names.map((name) => ({ codebase, name }))),
    usual,
  });
  const asked = new Set([...deploys].flatMap(([codebase, names]) => names.map((name) => `${codebase}:${name}`)));
  const isAsked = (copy: PlannedCopy): boolean => asked.has(`${copy.codebase}:${copy.function}`);
  const beyond = [...planned.creates, ...planned.updates].filter((copy) => !isAsked(copy));
  for (const name of new Set(beyond.map((copy) => copy.function))) problems.push(groupProblem(name));
  for (const copy of planned.deletes) problems.push(deletionProblem(copy, manifest));
  for (const reason of planned.stops) {
    problems.push(problem(`The Firebase CLI would refuse it: ${reason}.`, null, null));
  }
  const placed = (copies: readonly PlannedCopy[]): CopyAt[] =>
    copies.flatMap((copy) => (copy.region === null ? [] : [{ ...copy, region: copy.region }]));
  return { deploys, creates: placed(planned.creates), updates: placed(planned.updates), removals, problems, notes };
}

/** Made by the Firebase CLI, for the codebase that the function belongs to. */
function isOurs(copy: DeployedFunction, entry: FunctionEntry): boolean {
  return copy.name === entry.name && copy.deployer === "firebase" && (copy.codebase ?? "default") === entry.codebase;
}

function isNamed(scope: Scope, name: string, region: string): boolean {
  return scope.functions.includes(name) && scope.regions.includes(region);
}

function sourceProblems(
  entry: FunctionEntry,
  wanted: readonly string[],
  codebase: CodebaseEntry | undefined,
  source: PlannedCodebase | undefined,
  live: readonly DeployedFunction[],
  usual: UsualRegion,
): readonly Problem[] {
  const { name, place } = entry;
  if (source === undefined || source.incomplete !== null) {
    const reason = source?.incomplete ?? "it was not read";
    return [problem(`What codebase ${entry.codebase} declares is not known: ${reason}.`, null, place)];
  }
  const found = source.functions.find((one) => one.name === name);
  if (found === undefined) {
    const mend = "Export it, or take its line out of regions.yaml.";
    return [problem(`Codebase ${entry.codebase} exports no ${name}.`, mend, place)];
  }
  if (!found.certain) {
    const mend = "`regions list declared --discover` shows what its source and its SDK say.";
    return [problem(`The region that the source gives ${name} cannot be told for certain.`, mend, place)];
  }
  const where = found.regions.length > 0 ? found.regions : usualPlaces(name, live, usual);
  const missing = wanted.filter((region) => !where.includes(region));
  const extra = where.filter((region) => !wanted.includes(region));
  if (missing.length === 0 && extra.length === 0) return [];
  const named = where.length === 0 ? "no region" : where.join(" and ");
  if (entry.moving !== null) {
    const message = `${name} is being moved, and its source names ${named}; it has to name ${wanted.join(" and ")} meanwhile.`;
    return [problem(message, bothRegions(name, codebase), place)];
  }
  const message = `The source of ${name} names ${named}, and regions.yaml wants ${wanted.join(" and ")}.`;
  return [problem(message, "Change one of them; `moving` in regions.yaml declares a move.", place)];
}

/** Regions of a function whose source names none. */
function usualPlaces(name: string, live: readonly DeployedFunction[], usual: UsualRegion): readonly string[] {
  if (usual.kind === "fixed") return [usual.region];
  return live.filter((copy) => copy.name === name).map(({ region }) => region);
}

function bothRegions(name: string, codebase: CodebaseEntry | undefined): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? `functions.${name}` : `functions["${name}"]`;
  const spread = `and its declaration takes them: \`onRequest({ ...${key} }, …)\``;
  if (codebase === undefined || codebase.options === null) {
    return `Let \`options:\` of its codebase in regions.yaml name a module; \`regions generate options\` writes both regions there, ${spread}.`;
  }
  return `\`regions generate options\` writes both regions into ${codebase.options}, ${spread}. Build it, and deploy again.`;
}

function removalProblems(copy: CopyAt, { declared, live, manifest }: FirebaseInput): readonly Problem[] {
  const { function: name, region, codebase } = copy;
  const place = manifest.functions.get(name)?.place ?? null;
  const problems: Problem[] = [];
  const source = declared.get(codebase)?.functions.find((one) => one.name === name);
  if (source?.regions.includes(region) === true) {
    const message = `${name} in ${region} is to be removed, and its source still names ${region}: the next deployment would make it again.`;
    problems.push(problem(message, "Take that region out of its source first.", place));
  }
  const selection: Selection[] = [{ codebase, name }];
  const others = live.filter((other) => {
    if (other.name === name || other.region !== region) return false;
    return isSelected(selection, other.codebase ?? "default", other.name);
  });
  if (others.length > 0) {
    const names = others.map((other) => other.name).join(", ");
    const message = `The Firebase CLI takes ${name} for a group, and would delete ${names} in ${region} with it.`;
    problems.push(problem(message, `Delete ${name} in ${region} by other means.`, place));
  }
  return problems;
}

function notOneRegion({ name, place }: FunctionEntry, wanted: readonly string[]): Problem {
  const message = `The Firebase CLI deploys ${name} to every region that its source names (${wanted.join(", ")}), not to one of them.`;
  return problem(message, "Leave --region away, or name all of them.", place);
}

function groupProblem(name: string): Problem {
  const message = `The Firebase CLI would deploy ${name} as well: it takes the name before its dash for a group.`;
  return problem(message, "Deploy it together with the others.", null);
}

function deletionProblem({ function: name, region }: PlannedCopy, manifest: Manifest): Problem {
  const place = manifest.functions.get(name)?.place ?? null;
  const message = `${name} is live in ${region}, too, which its source does not name: the Firebase CLI would delete that copy, or do nothing at all.`;
  const mend = `Once nothing reaches that copy, remove it first: \`regions deploy --function ${name} --region ${region}\`.`;
  return problem(message, mend, place);
}

function problem(message: string, mend: string | null, place: Problem["place"]): Problem {
  return { place, message, mend, excerpt: null };
}
