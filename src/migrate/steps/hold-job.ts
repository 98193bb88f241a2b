import { jobState, jobWords } from "./job-state.ts";
import type { Doing, Probe, WorkOf } from "./work.ts";

/**
 * The new copy's job, which its deployment may have made enabled, does not fire yet. On the way back it is held, too, as its
 * copy goes only once it is silent; that of a copy which was there before the move fires again where it did.
 */
export const holdJob: WorkOf<"hold-job"> = ({ job }, { move, ports, kept, keptOf, doneAt }) => {
  const isOurs = keptOf("deploy-copy").existed !== true;
  const held = jobState(ports.jobs, job, "PAUSED");
  const heldBack: Doing = {
    async probe(): Promise<Probe> {
      if ((await ports.jobs.look(job)) !== null) return held.probe();
      const copy = await ports.copies.look(move.function, move.to);
      // Its job comes with it, and fires.
      if (copy?.state === "DEPLOYING") {
        return { is: "waiting", for: `Google to end the deployment of ${move.function} in ${move.to}`, until: null };
      }
      return { is: "done", evidence: `${jobWords(job)} is not there` };
    },
    apply: held.apply,
  };
  const firesAgain = kept.was === "ENABLED" ? jobState(ports.jobs, job, "ENABLED") : null;
  /** Until the move itself pauses the old job, that one fires: else this would be the last that does. */
  async function lastHeld(): Promise<Probe | null> {
    const action = move.steps.find((step) => step.action.do === "pause-job")?.action;
    if (action?.do !== "pause-job" || doneAt("pause-job") !== null) return null;
    if ((await ports.jobs.look(action.job))?.state === "ENABLED") return null;
    const what = `${jobWords(action.job)} does not fire, and ${jobWords(job)} is the only one that does: somebody else has changed that. Let the old one fire, and resume.`;
    return { is: "changed", what };
  }

  return {
    forward: jobState(
      ports.jobs,
      job,
      "PAUSED",
      async ({ state }) => (await lastHeld()) ?? { is: "todo", kept: { was: state } },
    ),
    backward: isOurs ? heldBack : firesAgain,
  };
};
