import type { Probe, WorkOf } from "./work.ts";

/**
 * A job by interval counts from its own last run: while the old one was paused and the new one not yet resumed, a due time
 * may have passed that neither attempted. Then the new job is run once. `kept.due` is when the old one would have fired.
 */
export const runIfMissed: WorkOf<"run-if-missed"> = ({ old, job }, { ports, kept }) => ({
  forward: {
    async probe(): Promise<Probe> {
      const [before, now, time] = await Promise.all([ports.jobs.look(old), ports.jobs.look(job), ports.clock.now()]);
      if (now === null) return { is: "changed", what: `the job ${job.name} in ${job.region} is gone.` };
      const due = typeof kept.due === "string" ? kept.due : (before?.next ?? null);
      if (due === null || Date.parse(due) > time) {
        return { is: "done", evidence: "no due time has passed while neither job was enabled" };
      }
      const attempts = [before?.lastAttempt, now.lastAttempt].flatMap((one) => (one == null ? [] : [Date.parse(one)]));
      if (attempts.some((one) => one >= Date.parse(due))) {
        return { is: "done", evidence: `the run that was due at ${due} was attempted`, kept: { due } };
      }
      return { is: "todo", kept: { due } };
    },
    apply: () => ports.jobs.run(job),
  },
  backward: null,
});
