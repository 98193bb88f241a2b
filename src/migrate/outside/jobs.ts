import type { GoogleWriter } from "../../clients/google-write.ts";
import { runJob, schedulerJob, turnJob } from "../../clients/scheduler-write.ts";
import type { LocatedName } from "../../model/move.ts";
import type { Jobs } from "../ports/world.ts";
import { seen } from "./seen.ts";

/** Jobs of Cloud Scheduler. */
export function createJobs(google: GoogleWriter, project: string): Jobs {
  const nameOf = ({ region, name }: LocatedName): string => `projects/${project}/locations/${region}/jobs/${name}`;
  const calledOf = ({ region, name }: LocatedName): string => `the job ${name} in ${region}`;
  return {
    async look(job) {
      const found = await seen(calledOf(job), () => schedulerJob(google, nameOf(job)));
      if (found === null) return null;
      const { state, lastAttempt, nextRun, lastCode, record } = found;
      const { retryCount = 0 } = (record.retryConfig ?? {}) as { readonly retryCount?: unknown };
      return {
        state: state === "ENABLED" || state === "PAUSED" ? state : "OTHER",
        lastAttempt,
        next: nextRun,
        // Google does not tell how many it has used up.
        retrying: (lastCode ?? 0) !== 0 && Number(retryCount) > 0,
      };
    },
    pause: (job) => turn(job, "PAUSED"),
    resume: (job) => turn(job, "ENABLED"),
    run: (job) => seen(calledOf(job), () => runJob(google, nameOf(job))),
  };

  async function turn(job: LocatedName, to: "ENABLED" | "PAUSED"): Promise<void> {
    await seen(calledOf(job), () => turnJob(google, nameOf(job), to));
  }
}
