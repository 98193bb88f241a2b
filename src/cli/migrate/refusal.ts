import { Refused } from "../../migrate/ports/world.ts";
import { ActionError } from "../../model/problem.ts";

/** What a port has refused is an action that failed, told in its own words; anything else is thrown on. */
export function refusal(error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  return new ActionError([{ place: null, message: error.message, mend: null, excerpt: null }]);
}
