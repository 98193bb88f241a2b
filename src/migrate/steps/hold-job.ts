import { jobState } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

/** The new copy's job, which its deployment has made and enabled, does not fire yet. It goes with the copy. */
export const holdJob: WorkOf<"hold-job"> = ({ job }, { ports }) => ({
  forward: jobState(ports.jobs, job, "PAUSED"),
  backward: null,
});
