import type { Step } from "../../model/move.ts";
import { type Standing, standingOfStep } from "../journal/standing.ts";
import { type Blocked, blockedBy, blockedByError } from "./blocked.ts";
import { doingOf } from "./context.ts";
import { runStep, type StepOptions } from "./run-step.ts";

/**
 * Looks again at what the journal says is done: days pass between two runs, and others deploy, delete and edit meanwhile.
 * What prepares the move is brought about anew; anything else stops it, as it was somebody's will. On the way back: at what
 * was put back. Null: all is as the move left it.
 */
export async function lookAgain(options: StepOptions): Promise<Blocked | null> {
  const { works, ports, journal } = options;
  const { plan, direction } = journal.standing();
  for (const step of plan.steps) {
    const standing = journal.standing();
    if (!isToLast(step, standing)) continue;
    try {
      const found = await doingOf(works, step, standing, ports)?.probe();
      if (found === undefined || found.is === "done") continue;
      if (found.is !== "todo") return await blockedBy(found, step, direction, journal);
    } catch (error) {
      return await blockedByError(error, step, direction, journal);
    }
    if (direction === "do" && isDoneAnew(step, standing)) {
      const end = await runStep(step, options);
      if (end !== null) return end;
      continue;
    }
    return await blockedBy({ is: "changed", what: putBack(step) }, step, direction, journal);
  }
  return null;
}

/** What prepares the move; and a new job's state where its copy, and so the job, was made anew since. */
function isDoneAnew(step: Step, standing: Standing): boolean {
  if (step.phase === "prepare") return true;
  if (step.action.do !== "resume-job") return false;
  const { doneAt } = standingOfStep(standing, step);
  return standing.plan.steps.some((one) => {
    const { begunAt } = standingOfStep(standing, one);
    return one.action.do === "deploy-copy" && begunAt !== null && doneAt !== null && doneAt < begunAt;
  });
}

function putBack({ changes, undone }: Step): string {
  return `Somebody else has changed what the move had done (${changes}; undone: ${undone}). Put that as the move had left it, and resume.`;
}

/** Whether it has to be so still, as far as the move has come. */
function isToLast(step: Step, standing: Standing): boolean {
  const { done, undone } = standingOfStep(standing, step);
  const name = step.action.do;
  if (standing.direction === "undo") {
    // The new copy takes its job with it.
    return undone && !isGoing(standing) && (name === "switch-holder" || name === "resume-job" || name === "pause-job");
  }
  if (name === "hold-job") return done && !mayFire(standing);
  return (
    done &&
    (name === "declare-move" ||
      name === "deploy-copy" ||
      name === "switch-holder" ||
      name === "resume-job" ||
      name === "pause-job")
  );
}

function isGoing(standing: Standing): boolean {
  return standing.plan.steps.some(
    (step) => step.action.do === "deploy-copy" && standingOfStep(standing, step).undoBegun,
  );
}

/** The new job has been resumed, or is being so. */
function mayFire(standing: Standing): boolean {
  return standing.plan.steps.some((step) => {
    const { begun, done } = standingOfStep(standing, step);
    return step.action.do === "resume-job" && (begun || done);
  });
}
