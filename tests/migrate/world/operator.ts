import { accept } from "../../../src/migrate/engine/accept.ts";
import { type RunEnd, runMove } from "../../../src/migrate/engine/run.ts";
import { turnBack } from "../../../src/migrate/engine/turn-back.ts";
import { beginJournal, type Journal, openJournal } from "../../../src/migrate/journal/journal.ts";
import type { Ports } from "../../../src/migrate/ports/world.ts";
import { works } from "../../../src/migrate/steps/works.ts";
import type { MovePlan } from "../../../src/model/move.ts";
import { Killed, type MemoryStore } from "./memory-store.ts";

export interface Operator {
  readonly store: MemoryStore;
  readonly ports: Ports;
  readonly by: string;
}

async function opened({ store, ports }: Operator, plan: MovePlan): Promise<Journal> {
  const journal = await openJournal(store, plan.id, ports.clock);
  return journal ?? beginJournal(store, ports.clock, { kind: "planned", plan, by: "ann@laptop" });
}

/**
 * One run of the command: `migrate apply` or `resume`, or with `back` the first `rollback`; always with --take-over. Rejects
 * with Refused where somebody else is at it, or has taken it over, and with Killed.
 */
export async function runOnce(operator: Operator, plan: MovePlan, back = false): Promise<RunEnd> {
  const { store, ports, by } = operator;
  const host = by.slice(by.indexOf("@") + 1);
  const lock = await store.lock(plan.function, { owner: by, host, pid: 7, move: plan.id, takeExpired: true });
  try {
    const journal = await opened(operator, plan);
    if (back) await turnBack(journal, by, "asked for");
    const end = await runMove({ works, ports, journal, lock, by, until: null });
    await lock.release();
    return end;
  } catch (error) {
    if (!(error instanceof Killed)) await lock.release();
    throw error;
  }
}

/** Answers for the proof that the move waits for, where that is possible. */
export async function acceptOnce(operator: Operator, plan: MovePlan): Promise<boolean> {
  try {
    const answer = await accept(await opened(operator, plan), operator.by, "seen in the provider's console");
    return answer.is === "accepted";
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}
