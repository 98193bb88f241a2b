import { Refused } from "../ports/world.ts";
import { queueHolds } from "./drain-queue.ts";
import { promiseOf, silenceOf, silentFrom } from "./silence.ts";
import type { Probe, WorkOf } from "./work.ts";

/** The old copy is gone. Whatever still leads there keeps it: the last look before the one step without a way back. */
export const removeCopy: WorkOf<"remove-copy"> = (_action, context) => {
  const { move, ports } = context;
  const { function: name, from, stays } = move;

  /** Days may pass in which somebody declares what is to be pruned. */
  async function wantedBy(): Promise<Probe | null> {
    if (move.purpose !== "prune" || !(await ports.manifest.wants(name, from))) return null;
    const what = `regions.yaml wants ${name} in ${from} by now: roll this prune back, or take that out, and resume.`;
    return { is: "changed", what };
  }

  /** Also once it is gone: then it says where events are being lost. */
  async function heldBy(): Promise<Probe | null> {
    const [holder] = await ports.holders.reaching(name, from);
    if (holder === undefined) return null;
    const what = `${holder.kind} ${holder.label} (${holder.field}) leads to ${name} in ${from}: lead it away, and resume.`;
    return { is: "changed", what };
  }

  async function probe(): Promise<Probe> {
    const [old, other] = await Promise.all([
      ports.copies.look(name, from),
      stays === null ? null : ports.copies.look(stays.function, stays.region),
    ]);
    if (stays !== null && other?.state !== "ACTIVE") {
      return {
        is: "changed",
        what: `${stays.function} is not ACTIVE in ${stays.region}: the copy of ${name} in ${from} is the only one, and stays. Deploy it in ${stays.region} again, and resume.`,
      };
    }
    const held = await heldBy();
    if (held !== null) return held;
    if (old === null) {
      const gone = `${name} is gone from ${from}`;
      return { is: "done", evidence: stays === null ? gone : `${gone}; ${stays.function} is live in ${stays.region}` };
    }
    const wanted = await wantedBy();
    if (wanted !== null) return wanted;
    if (old.state === "DELETING") {
      return { is: "waiting", for: `Google to end the deletion of ${name} in ${from}`, until: null };
    }
    const [caller] = await ports.callers.naming(name, from);
    if (caller !== undefined)
      return { is: "changed", what: `${caller} calls ${name} in ${from}: mend it, ship it, and resume.` };
    // The proofs may be days old by now: somebody may have enqueued or called since.
    if (move.steps.some(({ action }) => action.do === "drain-queue")) {
      const holds = await queueHolds(ports.queues, { region: from, name });
      if (holds !== null) return holds;
    }
    const promise = promiseOf(move.steps);
    if (promise === null) return { is: "todo" };
    const silence = await silenceOf(ports.traffic, name, from, { since: silentFrom(context), ...promise });
    return silence.is === "done" ? { is: "todo" } : silence;
  }

  async function remove(): Promise<void> {
    // Between the look and now the journal was written: seconds, in which somebody may have led a holder back.
    const held = (await wantedBy()) ?? (await heldBy());
    if (held?.is === "changed") throw new Refused(held.what);
    await ports.copies.remove(name, from);
  }

  return { forward: { probe, apply: remove }, backward: null };
};
