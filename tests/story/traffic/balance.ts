/** What was sent against what took effect. Whoever is in none of the lists was taken exactly once. */
export interface Balance {
  /** How many were sent. */
  readonly sent: number;
  /** Sent, and without effect. */
  readonly lost: readonly string[];
  /** Took effect more than once, with how often: "stripeWebhook:evt_1 took effect 2 times". */
  readonly doubled: readonly string[];
  /** Took effect, and nobody had sent it. */
  readonly strange: readonly string[];
}

/**
 * Strikes the balance. `sent` holds each event once, by the name under which the ledger knows it; `effects` how often each
 * took effect. Throws where `sent` names one twice: its book would be wrong, and nothing could be said of it.
 */
export function balanceOf(sent: Iterable<string>, effects: ReadonlyMap<string, number>): Balance {
  const known = new Set<string>();
  for (const event of sent) {
    if (known.has(event)) throw new Error(`${event} is in the book of what was sent twice`);
    known.add(event);
  }
  const took = (event: string): number => effects.get(event) ?? 0;
  return {
    sent: known.size,
    lost: [...known].filter((event) => took(event) === 0),
    doubled: [...effects].flatMap(([event, times]) => (times > 1 ? [`${event} took effect ${times} times`] : [])),
    strange: [...effects].flatMap(([event, times]) => (times > 0 && !known.has(event) ? [event] : [])),
  };
}
