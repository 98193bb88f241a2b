/**
 * Commands that are planned and not in this version, with what a person does by hand meanwhile. Findings and older
 * notes may have taught their names; "there is no such command" would leave whoever types one alone.
 */
const planned: ReadonlyMap<string, string> = new Map([
  ["prune", "Delete a copy by hand as `regions explain duplicate-function` tells: last, once nothing reaches it."],
  ["verify", "Run `regions audit --fail-on warning`, and your own builds and tests beside it."],
]);

/** What to do by hand instead of a planned command; null when there is no such plan. */
export function byHand(command: string): string | null {
  return planned.get(command) ?? null;
}
