import { jobState, jobWords, wouldBeLast } from "./job-state.ts";
import type { Probe, WorkOf } from "./work.ts";

/**
 * The old job fires no longer. Whether a paused job still repeats a run that failed is not documented, so that one is
 * waited for. When it would have fired next is kept: a paused job does not tell.
 */
export const pauseJob: WorkOf<"pause-job"> = ({ job }, { move, ports }) => ({
  forward: jobState(ports.jobs, job, "PAUSED", async ({ retrying, next }): Promise<Probe> => {
    if (!retrying) return (await wouldBeLast(ports.jobs, move.steps, job)) ?? { is: "todo", kept: { due: next } };
    return { is: "waiting", for: `${jobWords(job)} to repeat the run that failed last`, until: null };
  }),
  backward: jobState(ports.jobs, job, "ENABLED"),
});
