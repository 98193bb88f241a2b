import { relative, resolve, sep } from "node:path";
import { View } from "../../audit/view.ts";
import { usualRegion } from "../../firebase/default-region.ts";
import { findInvocation } from "../../firebase/invocation.ts";
import { selectionsOf, selectsCodebase } from "../../firebase/only.ts";
import { type PlannedDeploy, planDeploy } from "../../firebase/planned-deploy.ts";
import { judgeDeploy } from "../../guard/judge.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { resolveManifest } from "../../manifest/resolve.ts";
import type { DeployRun, GuardReport, RegionChanges } from "../../model/guard.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { GlobalOptions } from "../command.ts";
import { inputError } from "../input-error.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../progress.ts";
import { commandLinesAbove } from "./firebase/ancestors.ts";
import { type ConfiguredCodebase, type FirebaseConfig, findFirebaseJson, readFirebaseJson } from "./firebase/config.ts";
import { type DeclaredCodebase, readSurely } from "./firebase/declared.ts";
import { installedVersion, versionOfProgram } from "./firebase/version.ts";
import { look } from "./look.ts";
import { findGround, type Ground, loadParsed, noManifestMend } from "./manifest.ts";

export interface GuardOptions {
  /** `--only`, as typed; null = as the deployment was typed. */
  readonly only: string | null;
  readonly force: boolean;
  readonly discover: boolean;
}

/**
 * Finds out what the `firebase deploy` that is about to run would do, and whether that is harmless. In a `predeploy`
 * hook it answers for the codebase of that hook, and by hand for all of firebase.json. Throws InputError.
 */
export async function guardDeploy(options: GuardOptions, given: GlobalOptions, io: Io): Promise<GuardReport> {
  if (given.sources !== null) {
    throw inputError("guard looks at everything that a deletion bears on.", "Leave --sources away.");
  }
  const ground = findGround(given, io);
  const { manifest, global } = await manifestOfProject(ground, given, io);
  const typed = findInvocation(await commandLinesAbove());
  const home = resolve(io.cwd, io.env.PROJECT_DIR ?? ".");
  const config = readFirebaseJson(typed?.config == null ? findFirebaseJson(home) : resolve(home, typed.config));
  const names = [...config.codebases.map(({ name }) => name), ...config.unreadable];
  const only = options.only ?? typed?.only ?? null;
  const selections = selectionsOf(only, names);
  const { mine, notes } = ofThisHook(config, io);
  const chosen = mine.filter(({ name }) => selectsCodebase(selections, name));
  const version = (typed === null ? null : versionOfProgram(typed.program)) ?? installedVersion(home);
  const run: DeployRun = {
    only,
    onlyFrom: options.only !== null ? "option" : typed !== null ? "command line" : "assumed",
    force: options.force || (typed?.force ?? false),
    unattended: typed?.nonInteractive === true || (io.ask ?? null) === null,
    dryRun: typed?.dryRun ?? false,
    version,
    codebases: chosen.map(({ name }) => name),
  };

  const progress = createProgress(io, global);
  const declared = await progress.during("declared", () =>
    readAll(ground.root, manifest, chosen, options.discover, io),
  );
  const deployed = await look({ deployedFile: null, snapshotFile: null, only: ["deployed"] }, global, io);
  const project = manifest.environment.project;
  const first = withDeclared(deployed.snapshot, declared);
  const planned = planDeploy({
    codebases: declared.map(({ codebase }) => codebase),
    live: new View(first, manifest, global.today).fleet.functions,
    selections,
    usual: usualRegion(version, io.env.FIREBASE_FUNCTIONS_DEFAULT_REGION ?? null),
  });
  const deletes = planned.deletes.length + planned.doubts.length > 0;
  // Who needs a copy matters only where one would go.
  const snapshot = deletes ? joined(first, await dependentsOf(global, io)) : first;
  const { refused, open, gaps } = judgeDeploy(planned, new View(snapshot, manifest, global.today), manifest);
  const unresolved = deletes ? (snapshot.callers?.unresolved.length ?? 0) : 0;
  const isOpen = open.length > 0 || gaps.some(({ source }) => source === "deployed");
  return {
    project,
    environment: manifest.environment.name,
    status: refused.length > 0 ? "refused" : isOpen ? "not known" : "passed",
    run,
    regions: byRegion(planned),
    refused,
    open,
    stops: planned.stops,
    gaps,
    notes: [
      ...notes,
      ...declared.flatMap(({ codebase, discovered }) =>
        discovered ? [`Codebase ${codebase.name}: its SDK's own discovery was run.`] : [],
      ),
      ...(unresolved === 0 ? [] : [`${unresolved} calls in the code name no function that could be told.`]),
    ],
  };
}

/** The environment that the deployment goes to: the one that `--env` names, else the one whose project it is. */
async function manifestOfProject(
  ground: Ground,
  global: GlobalOptions,
  io: Io,
): Promise<{ readonly manifest: Manifest; readonly global: GlobalOptions }> {
  const parsed = await loadParsed(ground, global);
  if (parsed === null) throw inputError("There is no regions.yaml here or above.", noManifestMend);
  const usual = resolveManifest(parsed, global.environment);
  const project = io.env.GCLOUD_PROJECT ?? "";
  if (project === "" || usual.environment.project === project) {
    return { manifest: usual, global: { ...global, environment: usual.environment.name } };
  }
  if (global.environment !== null) {
    throw inputError(
      `The deployment goes to project ${project}, and environment ${global.environment} is project ${usual.environment.project}.`,
      "Leave --env away: the environment follows from the project.",
    );
  }
  for (const name of usual.environments) {
    const manifest = resolveManifest(parsed, name);
    if (manifest.environment.project === project) return { manifest, global: { ...global, environment: name } };
  }
  throw inputError(
    `The deployment goes to project ${project}, which is no environment of ${usual.file}.`,
    "Add an environment for it, or take the guard out of its predeploy.",
  );
}

/** The codebases that a hook answers for, and what is said of the others. */
function ofThisHook(
  { codebases, unreadable }: FirebaseConfig,
  io: Io,
): { readonly mine: readonly ConfiguredCodebase[]; readonly notes: readonly string[] } {
  const kits = unreadable.map((name) => `Codebase ${name} comes from a kit, and was not looked at.`);
  const folder = io.env.RESOURCE_DIR ?? "";
  const mine = folder === "" ? [] : codebases.filter(({ source }) => source === resolve(folder));
  if (mine.length === 0) return { mine: codebases, notes: kits };
  const unguarded = codebases.filter(
    (one) => !mine.includes(one) && !one.predeploy.some((line) => /\bregions\b.*\bguard\b/.test(line)),
  );
  const others = unguarded.map(({ name }) => `Codebase ${name} has no guard in its predeploy, and was not looked at.`);
  return { mine, notes: [...others, ...kits] };
}

async function readAll(
  root: string,
  manifest: Manifest,
  codebases: readonly ConfiguredCodebase[],
  discover: boolean,
  io: Io,
): Promise<readonly DeclaredCodebase[]> {
  const read: DeclaredCodebase[] = [];
  for (const { name, source } of codebases) {
    const inside = relative(root, source).split(sep).join("/");
    if (inside === ".." || inside.startsWith("../")) {
      throw inputError(`Codebase ${name} lies in ${source}, outside ${root}.`, "Choose a --root above it.");
    }
    read.push(await readSurely(root, manifest, { name, source: inside }, io, discover));
  }
  return read;
}

function withDeclared(snapshot: Snapshot, declared: readonly DeclaredCodebase[]): Snapshot {
  const gaps = declared.flatMap((one) => one.gaps);
  const facts = declared.flatMap((one) => (one.facts === null ? [] : [one.facts]));
  return {
    ...snapshot,
    sources: { ...snapshot.sources, declared: gaps.length > 0 ? "partial" : "read" },
    gaps: [...snapshot.gaps, ...gaps],
    declared: {
      functions: facts.flatMap(({ functions }) => functions),
      unresolved: facts.flatMap(({ unresolved }) => unresolved),
      files: facts.reduce((sum, { files }) => sum + files, 0),
    },
  };
}

async function dependentsOf(global: GlobalOptions, io: Io): Promise<Snapshot> {
  const seen = await look({ deployedFile: null, snapshotFile: null, only: ["callers", "holders"] }, global, io);
  return seen.snapshot;
}

function joined(one: Snapshot, { sources, gaps, callers, holders }: Snapshot): Snapshot {
  return {
    ...one,
    sources: { ...one.sources, callers: sources.callers, holders: sources.holders },
    gaps: [...one.gaps, ...gaps],
    callers,
    holders,
  };
}

/** What happens in each region, the one that is not known last. */
function byRegion({ creates, updates, deletes }: PlannedDeploy): readonly RegionChanges[] {
  const regions = [...new Set([...creates, ...updates, ...deletes].map(({ region }) => region))];
  const named = regions.filter((region) => region !== null).sort();
  const of = (copies: PlannedDeploy["creates"], region: string | null): readonly string[] =>
    copies.flatMap((copy) => (copy.region === region ? [copy.function] : [])).sort();
  return [...named, ...regions.filter((region) => region === null)].map((region) => ({
    region,
    creates: of(creates, region),
    updates: of(updates, region),
    deletes: of(deletes, region),
  }));
}
