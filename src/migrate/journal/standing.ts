import type { ActionName, Direction, JournalRecord, Kept, MovePlan, Step } from "../../model/move.ts";

/** How far one step has come, by the journal alone. */
export interface StepStanding {
  readonly begun: boolean;
  readonly done: boolean;
  readonly undoBegun: boolean;
  readonly undone: boolean;
  readonly kept: Kept;
  readonly evidence: string | null;
  /** When it was last begun, and last seen to be done, in ms. */
  readonly begunAt: number | null;
  readonly doneAt: number | null;
  /** Why the move last stopped at it, in the direction that it goes now. */
  readonly stop: string | null;
  /** Who answers for its proof, and why; null: nobody does. */
  readonly accepted: string | null;
}

/** Where a move stands. */
export interface Standing {
  readonly plan: MovePlan;
  readonly by: string;
  /** RFC 3339. */
  readonly beganAt: string;
  readonly direction: Direction;
  readonly steps: ReadonlyMap<string, StepStanding>;
  /** When the last step of the phase "switch" was done, in ms; null: none was. */
  readonly switchedAt: number | null;
  /** When the first of them was done, in ms; of a plan without any, when both copies were live. Null: not yet. */
  readonly ledSince: number | null;
  /** When it was turned back, in ms; null: it was not. */
  readonly turnedBackAt: number | null;
  /** When the last step was undone, in ms; null: none was. */
  readonly putBackAt: number | null;
  readonly ended: "moved" | "rolled-back" | null;
  readonly last: JournalRecord;
  /** Lines so far. */
  readonly length: number;
}

const untouched: StepStanding = {
  begun: false,
  done: false,
  undoBegun: false,
  undone: false,
  kept: {},
  evidence: null,
  begunAt: null,
  doneAt: null,
  stop: null,
  accepted: null,
};

/** Folds the records of a journal. Throws where the first line holds no plan: then it is no journal of ours. */
export function standingOf(records: readonly JournalRecord[]): Standing {
  const [first] = records;
  const last = records.at(-1);
  if (first?.kind !== "planned" || last === undefined) throw new Error("the journal does not begin with its plan");
  const { plan, by } = first;
  const steps = new Map<string, StepStanding>();
  const stepById = new Map(plan.steps.map((step) => [step.id, step]));
  const state = {
    direction: "do" as Direction,
    switchedAt: null as number | null,
    ledSince: null as number | null,
    turnedBackAt: null as number | null,
    putBackAt: null as number | null,
    ended: null as Standing["ended"],
  };
  for (const record of records) {
    const at = Date.parse(record.at);
    switch (record.kind) {
      case "moved":
      case "rolled-back":
        state.ended = record.kind;
        break;
      case "turned-back":
        state.direction = "undo";
        state.turnedBackAt = at;
        for (const [id, one] of steps) steps.set(id, { ...one, stop: null });
        break;
      case "begin":
      case "done":
      case "stopped":
      case "accepted":
        steps.set(record.step, next(steps.get(record.step) ?? untouched, record, at));
        break;
    }
    if (record.kind !== "done") continue;
    if (record.direction === "undo") state.putBackAt = at;
    else if (stepById.get(record.step)?.phase === "switch") {
      state.switchedAt = at;
      state.ledSince ??= at;
    }
  }
  if (!plan.steps.some(({ phase }) => phase === "switch")) state.ledSince = lastDone(plan, steps, "deploy-copy");
  return { plan, by, beganAt: first.at, steps, last, length: records.length, ...state };
}

type StepRecord = JournalRecord & { readonly kind: "begin" | "done" | "stopped" | "accepted" };

function next(before: StepStanding, record: StepRecord, at: number): StepStanding {
  if (record.kind === "stopped") return { ...before, stop: record.reason };
  if (record.kind === "accepted") return { ...before, accepted: `${record.by}: ${record.reason}` };
  // What was kept first is how the step found the world; later looks add to it.
  const kept = { ...record.kept, ...before.kept };
  const isUndo = record.direction === "undo";
  if (record.kind === "begin") {
    return { ...before, kept, ...(isUndo ? { undoBegun: true } : { begun: true, begunAt: at }) };
  }
  if (isUndo) return { ...before, kept, undone: true, stop: null };
  return { ...before, kept, done: true, evidence: record.evidence, doneAt: at, stop: null };
}

/** One step's part of a standing. */
export function standingOfStep({ steps }: Standing, { id }: Step): StepStanding {
  return steps.get(id) ?? untouched;
}

/** Its `begin` is the last line: it is being brought about, or whoever was at it was killed, and nobody knows how far. */
export function isOpen({ last, direction }: Standing, { id }: Step): boolean {
  return last.kind === "begin" && last.step === id && last.direction === direction;
}

/** When a step of that action was last seen to be done, in ms; null: none was. */
export function doneAt({ plan, steps }: Standing, action: ActionName): number | null {
  return lastDone(plan, steps, action);
}

function lastDone(plan: MovePlan, steps: ReadonlyMap<string, StepStanding>, action: ActionName): number | null {
  const times = plan.steps.flatMap(({ id, action: { do: name } }) => {
    const at = name === action ? (steps.get(id)?.doneAt ?? null) : null;
    return at === null ? [] : [at];
  });
  return times.length === 0 ? null : Math.max(...times);
}

/** The old copy is being taken away, or gone: there is no way back but another move. */
export function hasDrained({ plan, steps }: Standing): boolean {
  return plan.steps.some(({ id, phase }) => phase === "drain" && (steps.get(id)?.begun || steps.get(id)?.done));
}
