import { jobState, wouldBeLast } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

/** The new job fires. Undone by pausing it; when it would have fired is kept, and made up for where nobody else does. */
export const resumeJob: WorkOf<"resume-job"> = ({ job }, { move, ports }) => ({
  forward: jobState(ports.jobs, job, "ENABLED"),
  backward: jobState(ports.jobs, job, "PAUSED", async ({ retrying, lastAttempt, next }) => {
    const kept = { "due back": retrying ? lastAttempt : next };
    return (await wouldBeLast(ports.jobs, move.steps, job)) ?? { is: "todo", kept };
  }),
});
