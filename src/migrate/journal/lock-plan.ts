import type { MovePlan } from "../../model/move.ts";
import type { JournalStore, Lock, LockHolder } from "../ports/journal-store.ts";

/**
 * Holds every function that a plan touches: the one that goes, and the one that its holders are led to. Always in the same
 * order, so that two plans never wait for each other. Rejects with Refused as a single lock does.
 */
export async function lockPlan(store: JournalStore, plan: MovePlan, holder: LockHolder): Promise<Lock> {
  const held: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of held.splice(0).reverse()) await lock.release();
  };
  try {
    for (const name of functionsOf(plan)) held.push(await store.lock(name, holder));
  } catch (error) {
    await release();
    throw error;
  }
  const all = [...held];
  const each = async (work: (lock: Lock) => Promise<void>): Promise<void> => {
    for (const lock of all) await work(lock);
  };
  return {
    renew: () => each((lock) => lock.renew()),
    sending: () => each((lock) => lock.sending()),
    settled: () => each((lock) => lock.settled()),
    leftMs: () => Math.min(...all.map((lock) => lock.leftMs())),
    release,
  };
}

/** True where both plans cannot be open at once: each rests on where the other's function is live. */
export function collides(one: MovePlan, other: MovePlan): boolean {
  return functionsOf(one).includes(other.function) || functionsOf(other).includes(one.function);
}

function functionsOf({ function: name, stays }: MovePlan): readonly string[] {
  return [...new Set([name, stays?.function ?? name])].sort();
}
