import { jobState } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

export const pauseJob: WorkOf<"pause-job"> = ({ job }, { ports }) => ({
  forward: jobState(ports.jobs, job, "PAUSED"),
  backward: jobState(ports.jobs, job, "ENABLED"),
});
