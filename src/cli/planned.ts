/**
 * Commands that are planned and not in this version, with what a person does by hand meanwhile. Findings and older
 * notes may have taught their names; "there is no such command" would leave whoever types one alone.
 */
const planned: ReadonlyMap<string, string> = new Map([
  ["report", "Take the text of `regions audit`, or `regions audit --format json` as data."],
]);

/** What to do by hand instead of a planned command; null when there is no such plan. */
export function byHand(command: string): string | null {
  return planned.get(command) ?? null;
}
