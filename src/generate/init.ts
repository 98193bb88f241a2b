import { isKnownKindOfRegion } from "../manifest/region-name.ts";
import type { FunctionData } from "../manifest/schema.ts";
import { functionName, projectId, sectionName } from "../manifest/schema-fields.ts";
import type { DeclaredFacts } from "../model/declared.ts";
import type { DeployedFacts } from "../model/deployed.ts";
import type { Gap } from "../model/gap.ts";
import { InputError } from "../model/problem.ts";
import { defaultRegion } from "../model/regions.ts";
import { type Doubt, findDoubts } from "./doubts.ts";
import { byName, declaredFully, joinFleet, projectOf, type Seen } from "./fleet.ts";
import { writeDraft } from "./init-text.ts";

export interface DraftInput {
  readonly deployed: DeployedFacts | null;
  readonly declared: DeclaredFacts | null;
  /** What could not be looked at: functions may be missing from the draft, and the file says so. */
  readonly gaps: readonly Gap[];
  /** Google project id; null = the one that most of the deployed functions are in. */
  readonly project: string | null;
  /** Folders relative to the manifest's own. */
  readonly codebases: readonly { readonly name: string; readonly source: string }[];
  readonly callers: readonly { readonly name: string; readonly root: string }[];
}

/**
 * Writes a first regions.yaml from what is deployed, declared, or both. One class for each region, one line for each
 * function. What looks like an accident is returned as a doubt and carried as `undecided`, so that the audit goes on
 * asking. The text parses, whatever the names of functions are; `functions` is how many it declares. Throws InputError
 * for a project id that is none.
 */
export function draftManifest(input: DraftInput): {
  readonly text: string;
  readonly doubts: readonly Doubt[];
  readonly functions: number;
} {
  const project = input.project ?? projectOf(input.deployed);
  if (project !== null && !projectId.test(project)) {
    const message = `"${project}" is no Google Cloud project id.`;
    throw new InputError([{ place: null, message, mend: "name it with --project", excerpt: null }]);
  }
  const fleet = joinFleet(input.deployed, input.declared, project);
  const unplaced: Doubt[] = [];
  for (const seen of fleet.values()) {
    const odd = [...seen.live, ...(seen.declared ?? [])].find((region) => !isKnownKindOfRegion(region));
    if (functionName.test(seen.name) && odd === undefined) continue;
    fleet.delete(seen.name);
    unplaced.push(leftOut(seen, odd));
  }
  const sourceIsWhole = input.deployed !== null && declaredFully(input.declared, input.gaps);
  const doubts = findDoubts(fleet, sourceIsWhole);
  const undecided = Map.groupBy(doubts, (doubt) => doubt.function);

  const homes = countHomes(fleet);
  const codebases = uniqueNames(input.codebases);
  const codebaseNames = new Set(codebases.map((codebase) => codebase.name));
  const soleCodebase = codebaseNames.size < 2 ? ([...codebaseNames][0] ?? "default") : "default";
  const regions = new Map<string, Seen[]>();
  const allow = new Map<string, Set<string>>();
  const guessed: string[] = [];
  const functions = [...fleet.values()]
    .sort((a, b) => byName(a.name, b.name))
    .map((seen) => {
      const wanted = wantedRegions(seen);
      for (const region of [...wanted, ...seen.live]) push(regions, region, seen);
      const home =
        [...wanted].sort((a, b) => (homes.get(b) ?? 0) - (homes.get(a) ?? 0) || byName(a, b))[0] ?? defaultRegion;
      for (const region of wanted) {
        if (region === home) continue;
        if (!allow.has(home)) allow.set(home, new Set());
        allow.get(home)?.add(region);
      }
      const reasons = (undecided.get(seen.name) ?? []).map((doubt) => doubt.undecided);
      const codebase = codebaseOf(seen, codebaseNames, soleCodebase);
      if (!codebase.known) guessed.push(seen.name);
      const entry: FunctionData = {
        class: home,
        ...(wanted.length > 1 ? { regions: [...wanted] } : {}),
        ...(codebase.name === soleCodebase ? {} : { codebase: codebase.name }),
        ...(reasons.length > 0 ? { undecided: reasons.join("; ") } : {}),
      };
      return { name: seen.name, entry };
    });
  const text = writeDraft({
    project,
    gaps: input.gaps,
    unplaced: unplaced.map((doubt) => doubt.message),
    guessed: guessed.length,
    origin: { deployed: input.deployed !== null, declared: input.declared !== null },
    regions: [...regions]
      .map(([name, members]) => ({ name, members: [...new Set(members)] }))
      .sort((a, b) => byName(a.name, b.name)),
    classes: [...homes.keys()]
      .sort(byName)
      .map((region) => ({ region, allow: [...(allow.get(region) ?? [])].sort(byName) })),
    codebases,
    callers: uniqueNames(input.callers),
    functions,
  });
  return { text, doubts: [...doubts, ...unplaced], functions: functions.length };
}

/** Live regions are what customers reach today; the source speaks where nothing is live. */
function wantedRegions({ live, declared }: Seen): readonly string[] {
  if (live.length > 0) return live;
  return declared === null || declared.length === 0 ? [defaultRegion] : declared;
}

/** Regions that some function can call home, with how many functions are there. */
function countHomes(fleet: ReadonlyMap<string, Seen>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const seen of fleet.values()) {
    for (const region of wantedRegions(seen)) counts.set(region, (counts.get(region) ?? 0) + 1);
  }
  return counts;
}

function codebaseOf(seen: Seen, names: ReadonlySet<string>, sole: string): { name: string; known: boolean } {
  if (names.size < 2) return { name: sole, known: true };
  if (seen.codebase !== null && names.has(seen.codebase)) return { name: seen.codebase, known: true };
  // Something has to stand there for the file to hold; its head says how many are guesses.
  return { name: names.has(sole) ? sole : ([...names][0] ?? sole), known: false };
}

function leftOut(seen: Seen, region: string | undefined): Doubt {
  const cause = region === undefined ? "its name is no function ID" : `"${region}" is no region id`;
  return {
    kind: "unplaced",
    function: seen.name,
    regions: seen.live,
    message: `${JSON.stringify(seen.name)} is left out of the file: ${cause}.`,
    undecided: cause,
  };
}

/** Names made fit for a key of the manifest, each once. */
function uniqueNames<T extends { readonly name: string }>(named: readonly T[]): T[] {
  const taken = new Set<string>();
  return named.map((one) => {
    const fit = one.name.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "");
    const base = sectionName.test(fit) ? fit : "part";
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
    taken.add(name);
    return { ...one, name };
  });
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
