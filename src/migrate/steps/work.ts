import type { Action, ActionName, ActionOf, Kept, MovePlan } from "../../model/move.ts";
import type { Ports } from "../ports/world.ts";

/** What is true now, of what a step is to bring about. */
export type Probe =
  | { readonly is: "done"; readonly evidence: string; readonly kept?: Kept }
  /** `kept` goes into the journal before the effect, and comes back with every later look. */
  | {
      readonly is: "todo";
      readonly kept?: Kept /** For whoever has brought it about in vain. */;
      readonly why?: string;
    }
  /** Comes about by itself, or by somebody else. `until` in ms where that is known. */
  | { readonly is: "waiting"; readonly for: string; readonly until: number | null }
  /** Neither as the step finds it nor as it leaves it: somebody else has been at it. */
  | { readonly is: "changed"; readonly what: string };

/** One effect: looked at, and brought about. Both may be called again after any interruption. */
export interface Doing {
  probe(): Promise<Probe>;
  /** Null: nothing that the move could do; it waits. */
  readonly apply: (() => Promise<void>) | null;
}

export interface StepContext {
  readonly move: MovePlan;
  readonly ports: Ports;
  /** What the step has kept so far, of its first `begin` on. */
  readonly kept: Kept;
  /** What the steps of another action have kept. */
  keptOf(action: ActionName): Kept;
  /** When the steps of an action were last seen to be done, in ms; null: not yet. */
  doneAt(action: ActionName): number | null;
  /** It was begun, and nothing is written since: whether its effect has come about, a look has to tell. */
  readonly isOpen: boolean;
  /** It was done before, and is looked at again: what people have changed beside it since then is theirs. */
  readonly isDone: boolean;
  /** Why the move last stopped here; whoever resumes has read it. */
  readonly stop: string | null;
  /** Who answers for the proof that this step waits for, and why; null: nobody does. */
  readonly accepted: string | null;
  /** When the move began, and when its last switch was done, in ms; null: not yet. */
  readonly startedAt: number;
  readonly switchedAt: number | null;
  /** When its last step was undone, in ms; null: none was. */
  readonly putBackAt: number | null;
  /** Something may lead to the new copy, or may have. */
  readonly hasSwitched: boolean;
}

export interface Work {
  readonly forward: Doing;
  /** Null: there is nothing to undo. */
  readonly backward: Doing | null;
}

export type WorkOf<N extends ActionName> = (action: ActionOf<N>, context: StepContext) => Work;

export type Works = { readonly [N in ActionName]: WorkOf<N> };

export function workOf(works: Works, action: Action, context: StepContext): Work {
  // The table gives each action the function for its own kind.
  return (works[action.do] as (action: Action, context: StepContext) => Work)(action, context);
}
