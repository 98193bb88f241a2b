import type { Kept, LocatedName } from "../../model/move.ts";
import type { Ports } from "../ports/world.ts";
import { jobWords } from "./job-state.ts";
import type { Doing, Probe, StepContext, WorkOf } from "./work.ts";

/** How long a run that was asked for may take to show in what the job says of itself. */
const showsWithinMs = 10 * 60_000;

/**
 * While one job was paused and the other not yet resumed, a due time may have passed that neither attempted; on the way
 * back, the new job may have failed at its last run. Then the job that goes on is run once.
 */
export const runIfMissed: WorkOf<"run-if-missed"> = ({ way, other, job }, context) => {
  const nothing: Doing = {
    probe: async () => ({ is: "done", evidence: "it is for the way back alone" }),
    apply: null,
  };
  const makeUp = madeUp(context, other, job, dueOf(way, context));
  return way === "there" ? { forward: makeUp, backward: null } : { forward: nothing, backward: makeUp };
};

/** When the job that was paused would have fired. */
function dueOf(way: "there" | "back", { keptOf }: StepContext): string | null {
  const text = (kept: Kept, key: string): string | null => (typeof kept[key] === "string" ? kept[key] : null);
  const there = text(keptOf("pause-job"), "due");
  return way === "there" ? there : (text(keptOf("resume-job"), "due back") ?? there);
}

function madeUp({ ports, kept }: StepContext, other: LocatedName, job: LocatedName, due: string | null): Doing {
  let isRun = false;
  return {
    async probe(): Promise<Probe> {
      const now = await ports.clock.now();
      const none: Probe = { is: "done", evidence: "no due time has passed while neither job was enabled" };
      if (due === null) return none;
      const missed = await isMissed(ports, other, job, due, now);
      if (missed === "not due") return none;
      if (missed === null) return { is: "changed", what: `${jobWords(job)} is gone: somebody else has deleted it.` };
      if (!missed) return { is: "done", evidence: `the run that was due at ${due} was attempted` };
      const shownBy = typeof kept.asked === "number" ? kept.asked + showsWithinMs : 0;
      if (!isRun && shownBy > now) {
        return { is: "waiting", for: `${jobWords(job)} to show the run that it was asked for`, until: shownBy };
      }
      return { is: "todo", kept: { asked: now } };
    },
    async apply() {
      isRun = true;
      await ports.jobs.run(job);
    },
  };
}

/** Null: the job that should make up for it is gone. */
async function isMissed(
  { jobs }: Ports,
  other: LocatedName,
  job: LocatedName,
  due: string,
  now: number,
): Promise<boolean | "not due" | null> {
  const [left, goesOn] = await Promise.all([jobs.look(other), jobs.look(job)]);
  const attempted = (last: string | null): boolean => last !== null && Date.parse(last) >= Date.parse(due);
  // What was attempted is past, also where this machine's clock is behind.
  const isPast =
    Date.parse(due) <= now || attempted(left?.lastAttempt ?? null) || attempted(goesOn?.lastAttempt ?? null);
  if (!isPast) return "not due";
  if (goesOn === null) return null;
  // What failed in the job that is left is not repeated for certain; the one that goes on repeats its own.
  return !attempted(goesOn.lastAttempt) && (left === null || left.retrying || !attempted(left.lastAttempt));
}
