import type { LocatedName } from "../../model/move.ts";
import type { JobLook, Jobs } from "../ports/world.ts";
import type { Doing, Probe } from "./work.ts";

/** Brings a Scheduler job to fire, or not to. `otherwise` says what to do about a job that is not yet as it is wanted. */
export function jobState(
  jobs: Jobs,
  job: LocatedName,
  wanted: "ENABLED" | "PAUSED",
  otherwise: (look: JobLook) => Probe = () => ({ is: "todo" }),
): Doing {
  const called = jobWords(job);
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
      return otherwise(look);
    },
    apply: () => (wanted === "ENABLED" ? jobs.resume(job) : jobs.pause(job)),
  };
}

export function jobWords({ name, region }: LocatedName): string {
  return `the job ${name} in ${region}`;
}
