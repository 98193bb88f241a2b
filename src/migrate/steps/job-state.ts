import type { LocatedName } from "../../model/move.ts";
import type { Jobs } from "../ports/world.ts";
import type { Doing } from "./work.ts";

/** Brings a Scheduler job to fire, or not to. */
export function jobState(jobs: Jobs, job: LocatedName, wanted: "ENABLED" | "PAUSED"): Doing {
  const called = `the job ${job.name} in ${job.region}`;
  return {
    async probe() {
      const look = await jobs.look(job);
      if (look === null) return { is: "changed", what: `${called} is gone: somebody else has deleted it.` };
      if (look.state === wanted) return { is: "done", evidence: `${called} is ${wanted}` };
      if (look.state === "OTHER") {
        return {
          is: "changed",
          what: `${called} is neither enabled nor paused: look at it in Cloud Scheduler, and resume.`,
        };
      }
      return { is: "todo" };
    },
    apply: () => (wanted === "ENABLED" ? jobs.resume(job) : jobs.pause(job)),
  };
}
