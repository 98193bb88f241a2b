import type { ActionName, Kept, Step } from "../../model/move.ts";
import { doneAt, isOpen, type Standing, standingOfStep } from "../journal/standing.ts";
import type { Ports } from "../ports/world.ts";
import { type Doing, type StepContext, type Works, workOf } from "../steps/work.ts";

/** What a step does in the direction that the move goes; null: there is nothing to undo. */
export function doingOf(works: Works, step: Step, standing: Standing, ports: Ports): Doing | null {
  const work = workOf(works, step.action, contextOf(step, standing, ports));
  return standing.direction === "do" ? work.forward : work.backward;
}

function contextOf(step: Step, standing: Standing, ports: Ports): StepContext {
  const { plan, direction } = standing;
  const { kept, done, undone, stop, accepted } = standingOfStep(standing, step);
  return {
    move: plan,
    ports,
    kept,
    keptOf: (action) => keptOf(standing, action),
    doneAt: (action) => doneAt(standing, action),
    isOpen: isOpen(standing, step),
    isDone: direction === "do" ? done : undone,
    stop,
    accepted,
    startedAt: Date.parse(standing.beganAt),
    switchedAt: standing.switchedAt,
    putBackAt: standing.putBackAt,
    hasSwitched: plan.steps.some((one) => {
      const { begun, done: isDone } = standingOfStep(standing, one);
      return one.phase === "switch" && (begun || isDone);
    }),
  };
}

function keptOf(standing: Standing, action: ActionName): Kept {
  const all = standing.plan.steps.filter((step) => step.action.do === action);
  return Object.assign({}, ...all.map((step) => standingOfStep(standing, step).kept));
}
