import type { Direction, JournalRecord, Kept, MovePlan } from "../../model/move.ts";

/** How far one step has come, by the journal alone. */
export interface StepStanding {
  readonly begun: boolean;
  readonly done: boolean;
  readonly undoBegun: boolean;
  readonly undone: boolean;
  readonly kept: Kept;
  readonly evidence: string | null;
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
  /** When it was turned back, in ms; null: it was not. */
  readonly turnedBackAt: number | null;
  readonly ended: "moved" | "rolled-back" | null;
  readonly last: JournalRecord;
  /** Lines so far. */
  readonly length: number;
}

export const untouched: StepStanding = {
  begun: false,
  done: false,
  undoBegun: false,
  undone: false,
  kept: {},
  evidence: null,
};

/** Folds the records of a journal. Throws where the first line holds no plan: then it is no journal of ours. */
export function standingOf(records: readonly JournalRecord[]): Standing {
  const [first] = records;
  const last = records.at(-1);
  if (first?.kind !== "planned" || last === undefined) throw new Error("the journal does not begin with its plan");
  const { plan, by } = first;
  const steps = new Map<string, StepStanding>();
  const phaseOf = new Map(plan.steps.map(({ id, phase }) => [id, phase]));
  const state = {
    direction: "do" as Direction,
    switchedAt: null as number | null,
    turnedBackAt: null as number | null,
  };
  let ended: Standing["ended"] = null;
  for (const record of records) {
    if (record.kind === "moved") ended = "moved";
    else if (record.kind === "rolled-back") ended = "rolled-back";
    else if (record.kind === "turned-back") {
      state.direction = "undo";
      state.turnedBackAt = Date.parse(record.at);
    } else if (record.kind === "begin" || record.kind === "done") {
      const before = steps.get(record.step) ?? untouched;
      steps.set(record.step, next(before, record));
      if (record.kind === "done" && record.direction === "do" && phaseOf.get(record.step) === "switch") {
        state.switchedAt = Date.parse(record.at);
      }
    }
  }
  return { plan, by, beganAt: first.at, steps, ended, last, length: records.length, ...state };
}

function next(before: StepStanding, record: JournalRecord & { readonly kind: "begin" | "done" }): StepStanding {
  // What was kept first is how the step found the world; later looks add to it.
  const kept = { ...record.kept, ...before.kept };
  const isUndo = record.direction === "undo";
  if (record.kind === "begin") return { ...before, kept, ...(isUndo ? { undoBegun: true } : { begun: true }) };
  if (isUndo) return { ...before, kept, undone: true };
  return { ...before, kept, done: true, evidence: record.evidence };
}

/** The old copy is being taken away, or gone: there is no way back but another move. */
export function hasDrained({ plan, steps }: Standing): boolean {
  return plan.steps.some(({ id, phase }) => phase === "drain" && (steps.get(id)?.begun || steps.get(id)?.done));
}
