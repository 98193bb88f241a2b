import type { CopySize, Room } from "./room.ts";

/** Firebase advises to deploy no more at once; Google counts writes by the minute and region. */
const mostAtOnce = 10;

/**
 * What moves in one go, in the order given. A batch is ten functions at most, and no more than can each start an instance
 * before the region reaches the line from which on its use is a warning; at least one. Each begins with a look of its own,
 * so that what the one before it takes by then is counted.
 */
export function inBatches<T extends { readonly size: CopySize }>(moves: readonly T[], { quota, used }: Room): T[][] {
  const free = quota === null ? Number.POSITIVE_INFINITY : quota.vcpu * quota.warn - (used ?? 0);
  const batches: T[][] = [];
  let left = 0;
  for (const move of moves) {
    const cpu = move.size.cpu ?? 0;
    const last = batches.at(-1);
    // A trifle is a rounding error of the sum, as of 0.1666 six times.
    if (last === undefined || last.length === mostAtOnce || cpu > left + 1e-9) {
      batches.push([move]);
      left = free - cpu;
    } else {
      last.push(move);
      left -= cpu;
    }
  }
  return batches;
}
