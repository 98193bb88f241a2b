import { jobState } from "./job-state.ts";
import type { WorkOf } from "./work.ts";

/**
 * The new copy's job, which its deployment may have made enabled, does not fire yet. It goes with the copy; that of a copy
 * which was there before the move fires again where it did.
 */
export const holdJob: WorkOf<"hold-job"> = ({ job }, { ports, kept, keptOf }) => ({
  forward: jobState(ports.jobs, job, "PAUSED", ({ state }) => ({ is: "todo", kept: { was: state } })),
  backward:
    keptOf("deploy-copy").existed === true && kept.was === "ENABLED" ? jobState(ports.jobs, job, "ENABLED") : null,
});
