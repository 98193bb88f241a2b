/** Milliseconds of Google's durations: "3.5s". Null for text that is none. */
export function durationMs(text: unknown): number | null {
  const seconds = typeof text === "string" ? /^(\d+(?:\.\d{1,9})?)s$/.exec(text)?.[1] : undefined;
  return seconds === undefined ? null : Number(seconds) * 1000;
}

export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  readonly doublings: number;
}

/**
 * Pause before the n-th retry (1 = the first), as Cloud Tasks and Cloud Scheduler document it: it doubles `doublings`
 * times, then grows by the same step each time, and never passes the longest.
 */
export function backoffMs({ minMs, maxMs, doublings }: Backoff, retry: number): number {
  const doubled = Math.min(retry - 1, doublings);
  const pause = minMs * 2 ** doubled * Math.max(1, retry - doublings);
  return Math.min(pause, maxMs);
}
