import type { DeclaredFunction } from "../model/declared.ts";
import type { DeployedFunction } from "../model/deployed.ts";
import type { UsualRegion } from "./default-region.ts";
import { isSelected, type Selection, selectsCodebase } from "./only.ts";

/** A codebase of firebase.json, with what its source exports. */
export interface PlannedCodebase {
  readonly name: string;
  /** Under the IDs that they are deployed with. */
  readonly functions: readonly Pick<DeclaredFunction, "name" | "regions" | "generation" | "trigger" | "certain">[];
  /** Null: these are all that it exports. Else why there may be more. */
  readonly incomplete: string | null;
}

export interface DeployInput {
  readonly codebases: readonly PlannedCodebase[];
  /** Copies of the project. */
  readonly live: readonly DeployedFunction[];
  readonly selections: readonly Selection[] | null;
  readonly usual: UsualRegion;
}

/** One copy that the CLI would touch. `region` null: where the trigger's source is, which the CLI finds out. */
export interface PlannedCopy {
  readonly function: string;
  readonly region: string | null;
  readonly codebase: string;
}

/** A copy of which it cannot be told whether it would be deleted. */
export interface DoubtfulCopy extends PlannedCopy {
  readonly region: string;
  readonly reason: string;
}

export interface PlannedDeploy {
  readonly creates: readonly PlannedCopy[];
  readonly updates: readonly PlannedCopy[];
  readonly deletes: readonly (PlannedCopy & { readonly region: string })[];
  readonly doubts: readonly DoubtfulCopy[];
  /** Why the CLI will end by itself before it changes anything, as sentences. */
  readonly stops: readonly string[];
}

type Wanted = PlannedCodebase["functions"][number];

/**
 * What `firebase deploy` does to each copy, by its own rules: copies are matched by ID and region; a copy that nobody
 * wants is deleted where the CLI has made it and its codebase is deployed and selected. Copies of regions that could
 * not be reached are not in `live`, and nothing is said of them.
 */
export function planDeploy({ codebases, live, selections, usual }: DeployInput): PlannedDeploy {
  const creates: PlannedCopy[] = [];
  const updates: PlannedCopy[] = [];
  const deletes: (PlannedCopy & { region: string })[] = [];
  const doubts: DoubtfulCopy[] = [];
  const stops: string[] = [];
  const deployed = codebases.filter(({ name }) => selectsCodebase(selections, name));
  const at = new Map(live.map((copy) => [keyOf(copy.name, copy.region), copy]));
  // A copy that a codebase's source names is that codebase's, whatever its label says.
  const claimed = new Set<string>();

  for (const codebase of deployed) {
    for (const wanted of codebase.functions) {
      for (const region of regionsOf(wanted, codebase.name, live, usual)) {
        if (region !== null) claimed.add(keyOf(wanted.name, region));
        if (!isSelected(selections, codebase.name, wanted.name)) continue;
        const planned = { function: wanted.name, region, codebase: codebase.name };
        const copy = region === null ? undefined : at.get(keyOf(wanted.name, region));
        if (copy === undefined) creates.push(planned);
        else {
          updates.push(planned);
          const refusal = refusalOf(wanted, copy);
          if (refusal !== null) stops.push(refusal);
        }
      }
      const several = severalOf(wanted, codebase.name, live, usual);
      if (several !== null) stops.push(several);
    }
  }

  for (const codebase of deployed) {
    const byName = new Map(codebase.functions.map((one) => [one.name, one]));
    for (const copy of live) {
      if (codebaseOf(copy) !== codebase.name || copy.deployer !== "firebase") continue;
      if (!isSelected(selections, codebase.name, copy.name)) continue;
      const wanted = byName.get(copy.name);
      const planned = { function: copy.name, region: copy.region, codebase: codebase.name };
      const reason = doubtOf(wanted, codebase, usual);
      if (reason !== null) doubts.push({ ...planned, reason });
      else if (!claimed.has(keyOf(copy.name, copy.region))) deletes.push(planned);
    }
  }
  return { creates, updates, deletes, doubts, stops: [...new Set(stops)] };
}

/** Null in the list: a new function whose region the CLI works out from its trigger. */
function regionsOf(
  wanted: Wanted,
  codebase: string,
  live: readonly DeployedFunction[],
  usual: UsualRegion,
): readonly (string | null)[] {
  if (wanted.regions.length > 0) return wanted.regions;
  if (usual.kind === "fixed") return [usual.region];
  const there = copiesOf(wanted.name, codebase, live);
  return there.length === 0 ? [null] : there.map(({ region }) => region);
}

function severalOf(
  wanted: Wanted,
  codebase: string,
  live: readonly DeployedFunction[],
  usual: UsualRegion,
): string | null {
  if (wanted.regions.length > 0 || usual.kind !== "where it is") return null;
  const regions = copiesOf(wanted.name, codebase, live).map(({ region }) => region);
  if (regions.length < 2) return null;
  return `the source of ${wanted.name} names no region, and it is live in ${regions.sort().join(" and ")}`;
}

function copiesOf(name: string, codebase: string, live: readonly DeployedFunction[]): readonly DeployedFunction[] {
  return live.filter((copy) => copy.name === name && codebaseOf(copy) === codebase);
}

/** Why a copy may or may not be deleted; null where that is known. */
function doubtOf(wanted: Wanted | undefined, codebase: PlannedCodebase, usual: UsualRegion): string | null {
  if (wanted === undefined) return codebase.incomplete;
  if (!wanted.certain) return "the region that its source gives it cannot be told for certain";
  const isOpen = wanted.regions.length === 0 && usual.kind === "not known";
  return isOpen ? "its source names no region, and the version of the Firebase CLI is not known" : null;
}

/** What the CLI refuses to change in place; it then ends before it changes anything. */
function refusalOf(wanted: Wanted, copy: DeployedFunction): string | null {
  const where = `${wanted.name} in ${copy.region}`;
  if (copy.generation !== null && copy.generation !== wanted.generation) {
    return `${where} is of generation ${copy.generation}, and its source is of generation ${wanted.generation}`;
  }
  const isKnown = wanted.trigger !== "other" && copy.trigger !== "other";
  const isAllowed = copy.trigger === wanted.trigger || (copy.trigger === "https" && wanted.trigger === "callable");
  if (!isKnown || isAllowed) return null;
  return `${where} has the trigger "${copy.trigger}", and its source the trigger "${wanted.trigger}"`;
}

/** The CLI counts a copy without a label of its own to the codebase "default". */
function codebaseOf({ codebase }: DeployedFunction): string {
  return codebase ?? "default";
}

function keyOf(name: string, region: string): string {
  return `${region}/${name}`;
}
