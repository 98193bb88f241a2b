import type { Problem } from "../model/problem.ts";
import type { Copy, FleetPlan } from "./resource.ts";

/** A copy that is live, and whether this tool has deployed it. */
export interface LivePlace extends Copy {
  readonly isOurs: boolean;
}

const mostNamed = 5;

/**
 * Copies that are live where the plan wants them, deployed by somebody else and unknown to the state: Google would refuse
 * each of them as a name that is taken. What this tool has deployed itself, a deployment finds by looking.
 */
export function checkStrangers(plan: FleetPlan, live: readonly LivePlace[], known: readonly Copy[]): Problem[] {
  const keyOf = (copy: Copy): string => `${copy.function}@${copy.region}`;
  const planned = new Set(plan.copies.map(keyOf));
  const inState = new Set(known.map(keyOf));
  const strangers = live.filter((copy) => !copy.isOurs && planned.has(keyOf(copy)) && !inState.has(keyOf(copy)));
  if (strangers.length === 0) return [];
  const named = strangers.slice(0, mostNamed).map((copy) => `${copy.function} in ${copy.region}`);
  const more = strangers.length - named.length;
  const list = `${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}`;
  const many = strangers.length === 1 ? "One function is" : `${strangers.length} functions are`;
  const message = `${many} live already, deployed by somebody else and unknown to the state: ${list}.`;
  return [{ place: null, message, mend: "Type `regions adopt`: it takes them over as they are.", excerpt: null }];
}
