import { jobState } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

export const resumeJob: WorkOf<"resume-job"> = ({ job }, { ports }) => ({
  forward: jobState(ports.jobs, job, "ENABLED"),
  backward: jobState(ports.jobs, job, "PAUSED"),
});
