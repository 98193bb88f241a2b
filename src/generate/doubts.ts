import { defaultRegion } from "../model/regions.ts";
import { byName, foldName, type Seen } from "./fleet.ts";
import { forgottenRegions } from "./forgotten-regions.ts";
import { findStrays } from "./kin.ts";

/** Something that looks like an accident. It is printed as a decision to take and stands in the file as `undecided`. */
export interface Doubt {
  readonly kind:
    | "several-regions"
    | "declared-elsewhere"
    | "undeclared"
    | "apart"
    | "look-alike"
    | "unplaced"
    | "default-region";
  readonly function: string;
  readonly regions: readonly string[];
  /** The decision to take, one sentence for a person. */
  readonly message: string;
  /** What the manifest says under `undecided`. */
  readonly undecided: string;
}

const then = "when this file was written";

/** All doubts about a fleet, by function name. `sourceIsWhole`: a function that no source declares is worth a word. */
export function findDoubts(fleet: ReadonlyMap<string, Seen>, sourceIsWhole: boolean): Doubt[] {
  const doubts: Doubt[] = [];
  for (const seen of fleet.values()) {
    const several = severalRegions(seen);
    if (several !== null) doubts.push(several);
    const elsewhere = several === null ? declaredElsewhere(seen) : null;
    if (elsewhere !== null) doubts.push(elsewhere);
    if (sourceIsWhole && seen.declared === null) {
      const where = list(seen.live);
      doubts.push({
        kind: "undeclared",
        function: seen.name,
        regions: seen.live,
        message: `${seen.name} is live in ${where} and no source declares it: bring its source back, or remove it.`,
        undecided: `live in ${where} and declared by no source ${then}`,
      });
    }
  }
  doubts.push(...strays(fleet), ...forgotten(fleet), ...lookAlikes(fleet));
  return doubts.sort((a, b) => byName(a.function, b.function));
}

function severalRegions(seen: Seen): Doubt | null {
  const { name, live, declared } = seen;
  const where = list(live.length > 0 ? live : (declared ?? []));
  // A source that names exactly the regions it is live in says that it is meant to be so.
  const meant = seen.declaredCertain && declared !== null && (live.length === 0 || same(live, declared));
  if (live.length > 1 && !meant) {
    const wanted = declared !== null && declared.length > 0 ? ` (its source names ${list(declared)})` : "";
    return {
      kind: "several-regions",
      function: name,
      regions: live,
      message: `${name} is live in ${where}${wanted}: keep one copy, or say that it is meant to be in several.`,
      undecided: `live in ${where} ${then}`,
    };
  }
  if (live.length > 0 || declared === null || declared.length < 2 || seen.declaredCertain) return null;
  return {
    kind: "several-regions",
    function: name,
    regions: declared,
    message: `${name} may be meant for any of ${where}: its source does not say which for certain.`,
    undecided: `its source could mean ${list(declared, "or")} ${then}`,
  };
}

function declaredElsewhere({ name, live, declared }: Seen): Doubt | null {
  if (declared === null || declared.length === 0 || live.length === 0 || same(live, declared)) return null;
  const [is, wanted] = [list(live), list(declared)];
  return {
    kind: "declared-elsewhere",
    function: name,
    regions: live,
    message: `${name} is live in ${is} and its source names ${wanted}: say which one holds before the next deploy does.`,
    undecided: `live in ${is} and declared in ${wanted} ${then}`,
  };
}

function strays(fleet: ReadonlyMap<string, Seen>): Doubt[] {
  const copies = [...fleet.values()].flatMap(({ name, live, declared }) =>
    (live.length > 0 ? live : (declared ?? [])).map((region) => ({ name, region })),
  );
  return findStrays(copies).map(({ name, region, kinRegion, kin, family }) => ({
    kind: "apart",
    function: name,
    regions: [region],
    message: `${name} is alone in ${region}; the ${kin} other "${family}" functions are in ${kinRegion}. Is that meant?`,
    undecided: `in ${region} while ${kin} others of its family are in ${kinRegion} ${then}`,
  }));
}

function forgotten(fleet: ReadonlyMap<string, Seen>): Doubt[] {
  return forgottenRegions(fleet).map(({ name }) => ({
    kind: "default-region",
    function: name,
    regions: [defaultRegion],
    message: `${name} is in ${defaultRegion}, where a function lands whose source names no region; nearly all others are elsewhere. Is that meant?`,
    undecided: `in ${defaultRegion}, the default, while nearly all others are elsewhere ${then}`,
  }));
}

function lookAlikes(fleet: ReadonlyMap<string, Seen>): Doubt[] {
  const groups = Map.groupBy(fleet.values(), ({ name }) => foldName(name));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) =>
      group.map((seen): Doubt => {
        const regions = seen.live.length > 0 ? seen.live : (seen.declared ?? []);
        const others = list(
          group
            .filter((one) => one !== seen)
            .map((one) => one.name)
            .sort(byName),
        );
        return {
          kind: "look-alike",
          function: seen.name,
          regions,
          message: `${seen.name} differs from ${others} in case, "_" or "-" alone: in one region they are one service.`,
          undecided: `its name differs from ${others} in case or punctuation alone ${then}`,
        };
      }),
    );
}

/** "a", "a and b", "a, b and c". */
export function list(words: readonly string[], joint = "and"): string {
  if (words.length < 2) return words[0] ?? "no region";
  return `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
