import type { WorkOf } from "./work.ts";

/** Nothing waits any longer in the subscription of the old copy: what it failed at, it alone would be given again. */
export const awaitBacklog: WorkOf<"await-backlog"> = (_action, { move, ports }) => ({
  forward: {
    async probe() {
      const { function: name, from } = move;
      const waiting = await ports.backlogs.waiting(name, from);
      if (waiting === 0) return { is: "done", evidence: `no event waits for ${name} in ${from}` };
      return {
        is: "waiting",
        for: `${waiting} ${waiting === 1 ? "event" : "events"} to be taken by ${name} in ${from}`,
        until: null,
      };
    },
    apply: null,
  },
  backward: null,
});
