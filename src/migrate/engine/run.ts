import type { Step } from "../../model/move.ts";
import { hasDrained, type Standing, standingOfStep } from "../journal/standing.ts";
import { abortReason } from "./abort.ts";
import type { Blocked } from "./blocked.ts";
import { runStep, type StepOptions } from "./run-step.ts";
import { lookAgain } from "./still-true.ts";

export interface RunOptions extends StepOptions {
  /** "ann@laptop". */
  readonly by: string;
  /** Stop when this step is done: its id, or what it does ("switch-holder"); null = go on to the end. */
  readonly until: string | null;
}

export type RunEnd =
  | { readonly is: "moved" }
  | { readonly is: "rolled-back" }
  | { readonly is: "paused"; readonly after: Step }
  | Blocked;

/**
 * Goes on with a move from wherever its journal ends: forward, or back once it was turned back. The journal is written
 * before and after each effect; an effect that was begun and not ended is settled by looking. What was done earlier is
 * looked at again first, and once more before the old copy goes. Ends by itself at the first step that has to wait, fails,
 * or finds the world changed; on the way back, holders and callers are put back past one that does.
 * Rejects with Refused where somebody else has taken the move over: nothing more is written then.
 */
export async function runMove(options: RunOptions): Promise<RunEnd> {
  const { journal } = options;
  const blocked = new Map<string, Blocked>();
  let looked: "do" | "undo" | "drain" | null = null;
  for (;;) {
    const standing = journal.standing();
    const { direction } = standing;
    if (standing.ended !== null) return { is: standing.ended };
    const reason = await abortReason(standing, options.ports);
    if (reason !== null) {
      await journal.write({ kind: "turned-back", by: options.by, abort: true, reason });
      continue;
    }
    const step = nextStep(standing, blocked);
    const [first] = blocked.values();
    if (first !== undefined && (step === null || !isOnItsOwn(step))) return first;
    if (step === null) {
      await journal.write({ kind: direction === "do" ? "moved" : "rolled-back" });
      continue;
    }
    const due = step.phase === "drain" && direction === "do" ? "drain" : direction;
    if (looked !== due && !hasDrained(standing) && !isHolderToPutBack(step, standing)) {
      looked = due;
      const end = await lookAgain(options);
      if (end !== null) return end;
      continue;
    }
    const end = await runStep(step, options);
    if (end !== null) {
      if (direction === "do" || !isOnItsOwn(step)) return first ?? end;
      blocked.set(step.id, end);
      continue;
    }
    const isAsked = options.until === step.id || options.until === step.action.do;
    if (isAsked && direction === "do" && isOver(journal.standing(), options.until)) {
      return { is: "paused", after: step };
    }
  }
}

/** Holders and callers are put back each by itself: that one cannot be keeps no other from the old copy. */
function isOnItsOwn({ action }: Step): boolean {
  return action.do === "switch-holder" || action.do === "switch-callers";
}

/** Putting a holder back comes before any look at what else may have changed. */
function isHolderToPutBack(step: Step, { direction }: Standing): boolean {
  return direction === "undo" && isOnItsOwn(step);
}

/** True once no step that `until` names is left. */
function isOver(standing: Standing, until: string | null): boolean {
  return standing.plan.steps.every(
    (step) => (step.id !== until && step.action.do !== until) || standingOfStep(standing, step).done,
  );
}

function nextStep(standing: Standing, blocked: ReadonlyMap<string, Blocked>): Step | null {
  const { plan, direction } = standing;
  if (direction === "do") return plan.steps.find((step) => !standingOfStep(standing, step).done) ?? null;
  const hasCopy = plan.steps.some((step) => step.action.do === "deploy-copy" && standingOfStep(standing, step).begun);
  const isLeft = (step: Step): boolean => {
    const { begun, done, undone } = standingOfStep(standing, step);
    // People mend callers as the plan says, and need not wait for its step.
    const mayBeBegun = step.action.do === "switch-callers" && hasCopy;
    return (begun || done || mayBeBegun) && !undone && !blocked.has(step.id);
  };
  return plan.steps.findLast(isLeft) ?? null;
}
