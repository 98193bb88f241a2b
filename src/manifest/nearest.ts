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

/** Optimal string alignment distance; any number above `bound` once it is certain to exceed it. */
function editDistance(a: string, b: string, bound: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > bound) return bound + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? bound + 1;
}
