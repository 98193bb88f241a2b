import { Refused } from "../ports/world.ts";
import type { WorkOf } from "./work.ts";

/** Looks from an hour before the first switch: what was on its way then may have gone to either copy. */
const marginMs = 60 * 60_000;

/** Whatever the providers sent since then was taken, and has taken effect by the codebase's own ledger. */
export const reconcile: WorkOf<"reconcile"> = ({ providers, ledger }, { move, ports, startedAt }) => ({
  forward: {
    async probe() {
      const { function: name, unproven } = move;
      const now = await ports.clock.now();
      const events: string[] = [];
      const pending: string[] = [];
      const lost: string[] = [];
      for (const provider of providers) {
        for (const { event, taken, pending: again } of await ports.deliveries.between(
          provider,
          name,
          startedAt - marginMs,
          now,
        )) {
          events.push(event);
          if (!taken) (again ? pending : lost).push(event);
        }
      }
      if (lost.length > 0) {
        const what = `${named(lost)} never reached ${name}, and will not be sent again: replay ${lost.length === 1 ? "it" : "them"} by hand through the provider, and resume.`;
        return { is: "changed", what };
      }
      if (pending.length > 0)
        return { is: "waiting", for: `${named(pending)} to be taken: the provider sends again`, until: null };
      const checked = `${events.length} deliveries of ${providers.join(", ") || "no provider"} were taken`;
      if (ledger === null) {
        if (unproven === null)
          throw new Refused("The codebase declares no ledger, and nobody accepted a move without proof.");
        return {
          is: "done",
          evidence: `deliveries reconciled, effects not checked (${checked}; accepted: ${unproven})`,
        };
      }
      const missing = await ports.effects.missing(ledger, name, events);
      if (missing.length > 0)
        return { is: "waiting", for: `the effect of ${named(missing)} to be on record in ${ledger}`, until: null };
      return { is: "done", evidence: `${checked}, and each has its record in ${ledger}` };
    },
    apply: null,
  },
  backward: null,
});

/** "evt_1", "evt_1 and evt_2", "evt_1, evt_2 and 7 more". */
function named(events: readonly string[]): string {
  const [first = "", second] = events;
  if (second === undefined) return first;
  return events.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${events.length - 2} more`;
}
