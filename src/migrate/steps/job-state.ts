import type { LocatedName, Step } from "../../model/move.ts";
import type { JobLook, Jobs } from "../ports/world.ts";
import type { Doing, Probe } from "./work.ts";

/** Brings a Scheduler job to fire, or not to. `otherwise` says what to do about a job that is not yet as it is wanted. */
export function jobState(
  jobs: Jobs,
  job: LocatedName,
  wanted: "ENABLED" | "PAUSED",
  otherwise: (look: JobLook) => Probe | Promise<Probe> = () => ({ is: "todo" }),
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

/**
 * Of jobs that are both to fire for a while, one is paused only while the other fires: else nothing would run until
 * somebody noticed. Null: it does, or the plan lets one end before the other begins.
 */
export async function wouldBeLast(jobs: Jobs, steps: readonly Step[], job: LocatedName): Promise<Probe | null> {
  const other = firesBeside(steps, job);
  if (other === null) return null;
  const look = await jobs.look(other);
  if (look?.state === "ENABLED") return null;
  const how = look === null ? "gone" : look.state === "PAUSED" ? "paused" : "neither enabled nor paused";
  const what = `${jobWords(other)} is ${how}, and no job would fire any longer: somebody else has changed it. Put it right, and resume.`;
  return { is: "changed", what };
}

function firesBeside(steps: readonly Step[], { region }: LocatedName): LocatedName | null {
  const actions = steps.map(({ action }) => action);
  const begins = actions.findIndex((action) => action.do === "resume-job");
  const ends = actions.findIndex((action) => action.do === "pause-job");
  const pair = [actions[begins], actions[ends]].flatMap((action) =>
    action?.do === "resume-job" || action?.do === "pause-job" ? [action.job] : [],
  );
  if (begins >= 0) return begins < ends ? (pair.find((one) => one.region !== region) ?? null) : null;
  // Of a copy that is pruned, the wanted copy's job has fired beside it all the time.
  const made = actions.find((action) => action.do === "run-if-missed");
  return made?.do === "run-if-missed" && made.other.region !== region ? made.other : null;
}

export function jobWords({ name, region }: LocatedName): string {
  return `the job ${name} in ${region}`;
}
