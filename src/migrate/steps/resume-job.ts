import { jobState } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

/** The new job fires. Undone by pausing it; when it would have fired is kept, and made up for where nobody else does. */
export const resumeJob: WorkOf<"resume-job"> = ({ job }, { ports }) => ({
  forward: jobState(ports.jobs, job, "ENABLED"),
  backward: jobState(ports.jobs, job, "PAUSED", ({ retrying, lastAttempt, next }) => ({
    is: "todo",
    kept: { "due back": retrying ? lastAttempt : next },
  })),
});
