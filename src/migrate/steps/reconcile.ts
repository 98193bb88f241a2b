import { Refused } from "../ports/world.ts";
import type { Probe, WorkOf } from "./work.ts";

const minute = 60_000;

/** From an hour before the move: what was on its way then may have gone to either copy. */
const beforeMs = 60 * minute;
/** To a day after the switch: what came later had but one address to go to. */
const afterMs = 24 * 60 * minute;
/** What is younger may be on its way. */
const underWayMs = 5 * minute;

/** Whatever the providers sent around the switch was taken, and has taken effect by the codebase's own ledger. */
export const reconcile: WorkOf<"reconcile"> = ({ providers, ledger }, context) => {
  const { move, ports, startedAt, switchedAt, accepted } = context;
  const { unproven } = move;
  const name = move.stays?.function ?? move.function;

  async function probe(): Promise<Probe> {
    const switched = switchedAt ?? startedAt;
    const until = Math.min((await ports.clock.now()) - underWayMs, switched + afterMs);
    if (until < switched) {
      return { is: "waiting", for: "what was on its way at the switch to arrive", until: switched + underWayMs };
    }
    const found = await Promise.all(
      providers.map((provider) => ports.deliveries.between(provider, name, startedAt - beforeMs, until)),
    );
    const all = found.flat();
    const pending = all.flatMap(({ event, taken, pending: again }) => (!taken && again ? [event] : []));
    const lost = all.flatMap(({ event, taken, pending: again }) => (taken || again ? [] : [event]));
    if (lost.length > 0 && accepted === null) {
      const it = lost.length === 1 ? "it" : "them";
      return {
        is: "changed",
        what: `${named(lost)} never reached ${name}, and will not be sent again: replay ${it} by hand through the provider, or accept that, and resume.`,
      };
    }
    if (pending.length > 0) {
      return { is: "waiting", for: `${named(pending)} to be taken: the provider sends again`, until: null };
    }
    const count = all.length - lost.length;
    const taken = `${count} deliveries of ${providers.join(", ") || "no provider"} were taken`;
    const checked = lost.length === 0 ? taken : `${taken}, ${lost.length} were not: accepted by ${accepted}`;
    if (ledger === null) {
      if (unproven === null)
        throw new Refused("The codebase declares no ledger, and nobody accepted a move without proof.");
      const evidence = `deliveries reconciled, effects not checked (${checked}; accepted: ${unproven})`;
      return { is: "done", evidence };
    }
    const events = all.flatMap(({ event, taken: isTaken }) => (isTaken ? [event] : []));
    let missing = await ports.effects.missing(ledger, name, events);
    // Until the switch it was the other function that took them, under its own name.
    if (missing.length > 0 && name !== move.function) {
      missing = await ports.effects.missing(ledger, move.function, missing);
    }
    if (missing.length === 0) return { is: "done", evidence: `${checked}, and each has its record in ${ledger}` };
    if (accepted === null) {
      return { is: "waiting", for: `the effect of ${named(missing)} to be on record in ${ledger}`, until: null };
    }
    const evidence = `${checked}; ${missing.length} have no record in ${ledger}: accepted by ${accepted}`;
    return { is: "done", evidence };
  }

  return { forward: { probe, apply: null }, backward: null };
};

/** "evt_1", "evt_1 and evt_2", "evt_1, evt_2 and 7 more". */
function named(events: readonly string[]): string {
  const [first = "", second] = events;
  if (second === undefined) return first;
  return events.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${events.length - 2} more`;
}
