import { isGeneric, wordsOf } from "../model/name-words.ts";

/** Fewest others that make a family; fewer prove nothing. */
const smallestFamily = 4;

interface Copy {
  readonly name: string;
  readonly region: string;
}

export interface Stray {
  readonly name: string;
  readonly region: string;
  /** Where all others of the family are, and how many. */
  readonly kinRegion: string;
  readonly kin: number;
  /** What the family's names begin with, as the stray writes it: "telegram". */
  readonly family: string;
}

/** Beginnings of a name that can stand for a family, longest first: three, two or one word, not all generic. */
export function familiesOf(name: string): string[] {
  const words = wordsOf(name);
  const found: string[] = [];
  for (let length = Math.min(3, words.length - 1); length >= 1; length--) {
    const first = words.slice(0, length);
    if (!first.every(isGeneric)) found.push(first.join("-"));
  }
  return found;
}

/**
 * Functions that live alone in a region while every other of their family lives together in another one. Only such
 * clear cases count: a family that is spread over regions proves nothing about any of its members.
 */
export function findStrays(copies: readonly Copy[]): Stray[] {
  const families = new Map<string, Copy[]>();
  for (const copy of copies) {
    for (const family of familiesOf(copy.name)) {
      const known = families.get(family);
      if (known === undefined) families.set(family, [copy]);
      else known.push(copy);
    }
  }
  const strays = new Map<string, Stray>();
  for (const [family, members] of families) {
    const regions = Map.groupBy(members, (member) => member.region);
    if (regions.size !== 2) continue;
    const [few, many] = [...regions.values()].sort((a, b) => a.length - b.length);
    const kin = new Set(many?.map((member) => member.name));
    // A second copy of one of the many is a decision of its own, and keeps nobody company.
    const [alone, second] = few?.filter((member) => !kin.has(member.name)) ?? [];
    const kinRegion = many?.[0]?.region;
    if (alone === undefined || second !== undefined || kinRegion === undefined || kin.size < smallestFamily) continue;
    const known = strays.get(alone.name);
    if (known !== undefined && known.kin >= kin.size) continue;
    strays.set(alone.name, { ...alone, kinRegion, kin: kin.size, family: family.replaceAll("-", " ") });
  }
  return [...strays.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
