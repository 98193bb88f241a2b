/** How long and how often the provider waits. Milliseconds. */
export interface Patience {
  /** Pause before the first repetition of a refused request; it doubles each time. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** How long a service that does not answer, or answers 5xx, is tried again. */
  readonly giveUpMs: number;
  /** How long a request waits for a quota that is used up. */
  readonly quotaMs: number;
  /** One request, from connecting to the last byte of its answer. */
  readonly requestMs: number;
  /** One upload. */
  readonly uploadMs: number;
  /** Pause before the first look at an operation; it doubles up to `longestPollMs`. */
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** How long an operation that Google has begun is waited for once the engine stops, as the real provider waits. */
  readonly finishMs: number;
  /** Writes at once per service and region: Firebase advises batches of ten. */
  readonly writesAtOnce: number;
}

export const usualPatience: Patience = {
  firstPauseMs: 500,
  longestPauseMs: 30_000,
  giveUpMs: 30_000,
  quotaMs: 10 * 60_000,
  requestMs: 60_000,
  uploadMs: 10 * 60_000,
  firstPollMs: 5,
  longestPollMs: 10_000,
  finishMs: 5 * 60_000,
  writesAtOnce: 10,
};
