/** A seeded generator: the same seed draws the same history. */
export interface Random {
  /** 0 to below 1. */
  next(): number;
  chance(share: number): boolean;
  /** Whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Mulberry32: small, fast, and good enough to draw faults by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (share) => next() < share,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (list) => {
      const picked = list[Math.floor(next() * list.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}
