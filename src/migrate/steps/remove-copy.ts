import { queueHolds } from "./drain-queue.ts";
import { promiseOf, silenceOf, silentFrom } from "./silence.ts";
import type { WorkOf } from "./work.ts";

/** The old copy is gone. Whatever still leads there keeps it: the last look before the one step without a way back. */
export const removeCopy: WorkOf<"remove-copy"> = (_action, context) => {
  const { move, ports } = context;
  const { function: name, from, to } = move;
  return {
    forward: {
      async probe() {
        const [old, made] = await Promise.all([ports.copies.look(name, from), ports.copies.look(name, to)]);
        if (made?.state !== "ACTIVE") {
          return {
            is: "changed",
            what: `${name} is not ACTIVE in ${to}: the copy in ${from} is the only one, and stays. Deploy it in ${to} again, and resume.`,
          };
        }
        if (old === null) return { is: "done", evidence: `${name} is live in ${to} alone` };
        if (old.state === "DELETING") {
          return { is: "waiting", for: `Google to end the deletion of ${name} in ${from}`, until: null };
        }
        const [holder] = await ports.holders.reaching(name, from);
        if (holder !== undefined) {
          const what = `${holder.kind} ${holder.label} (${holder.field}) leads to ${name} in ${from}: lead it away, and resume.`;
          return { is: "changed", what };
        }
        const [caller] = await ports.callers.naming(name, from);
        if (caller !== undefined)
          return { is: "changed", what: `${caller} calls ${name} in ${from}: mend it, ship it, and resume.` };
        // The proofs may be days old by now: somebody may have enqueued or called since.
        if (move.kind === "task") {
          const holds = await queueHolds(ports.queues, { region: from, name });
          if (holds !== null) return holds;
        }
        const promise = promiseOf(move.steps);
        if (promise === null) return { is: "todo" };
        const silence = await silenceOf(ports.traffic, name, from, { since: silentFrom(context), ...promise });
        return silence.is === "done" ? { is: "todo" } : silence;
      },
      apply: () => ports.copies.remove(name, from),
    },
    backward: null,
  };
};
