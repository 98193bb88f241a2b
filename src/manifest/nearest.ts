import { editDistance } from "./edit-distance.ts";

/**
 * The candidate a person most likely meant, or null when none is near: same letters in another case, or at most a
 * third of the letters wrong (a swap of neighbours counts as one slip). Long candidate lists stay fast, because
 * lengths and the bound cut most comparisons short.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  if (wanted.length > 100) return null;
  let best: string | null = null;
  let bound = Math.max(1, Math.floor(wanted.length / 3));
  for (const candidate of candidates) {
    const other = candidate.toLowerCase();
    if (candidate === word || Math.abs(other.length - wanted.length) > bound) continue;
    const distance = editDistance(wanted, other, bound);
    if (distance > bound || (distance === bound && best !== null)) continue;
    best = candidate;
    bound = distance;
    if (distance === 0) break;
  }
  return best;
}

/** "did you mean europe-west3?" or null. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const found = nearest(word, candidates);
  return found === null ? null : `did you mean ${found}?`;
}
