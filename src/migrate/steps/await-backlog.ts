import type { WorkOf } from "./work.ts";

/**
 * What the old copy has not taken yet, it alone would be given again, unless the new one got it too. So whatever came
 * before the new copy was seen to get events must be through; what came later waits for either copy.
 */
export const awaitBacklog: WorkOf<"await-backlog"> = (_action, { move, ports, doneAt, startedAt }) => ({
  forward: {
    async probe() {
      const { function: name, from } = move;
      const shared = doneAt("await-request") ?? startedAt;
      const { waiting, oldest, knownUntil } = await ports.backlogs.look(name, from);
      if (knownUntil < shared) {
        return { is: "waiting", for: `the counters of ${name} in ${from} to speak of now`, until: null };
      }
      if (waiting === 0) return { is: "done", evidence: `no event waits for ${name} in ${from}` };
      const getsEachToo = move.stays?.function === name;
      if (getsEachToo && oldest !== null && oldest > shared) {
        return {
          is: "done",
          evidence: `of ${waiting} events that wait for ${name} in ${from}, ${move.to} gets each too`,
        };
      }
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
