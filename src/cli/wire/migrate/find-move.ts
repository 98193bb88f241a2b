import { didYouMean } from "../../../manifest/nearest.ts";
import { type Journal, openJournal } from "../../../migrate/journal/journal.ts";
import type { JournalStore } from "../../../migrate/ports/journal-store.ts";
import type { Clock } from "../../../migrate/ports/world.ts";
import { inputError } from "../../input-error.ts";

/**
 * The journal that is meant by a move's id or a function's name: of several, the one that is not over, else the last.
 * Throws InputError.
 */
export async function findMove(store: JournalStore, clock: Clock, subject: string): Promise<Journal> {
  const ids = await store.list();
  const exact = ids.includes(subject) ? await openJournal(store, subject, clock) : null;
  if (exact !== null) return exact;
  let found: Journal | null = null;
  const names = new Set<string>();
  for (const id of ids) {
    const journal = await openJournal(store, id, clock);
    if (journal === null) continue;
    const { plan, ended } = journal.standing();
    names.add(plan.function);
    if (plan.function === subject && (ended === null || found?.standing().ended !== null)) found = journal;
  }
  if (found !== null) return found;
  const mend = didYouMean(subject, [...ids, ...names]) ?? "`regions migrate list` shows all of them.";
  throw inputError(`There is no move ${subject}.`, mend);
}

/** All moves, oldest first. */
export async function allJournals(store: JournalStore, clock: Clock): Promise<readonly Journal[]> {
  const all = await Promise.all((await store.list()).map((id) => openJournal(store, id, clock)));
  return all.filter((journal) => journal !== null);
}

/** All moves that are not over. */
export async function openJournals(store: JournalStore, clock: Clock): Promise<readonly Journal[]> {
  return (await allJournals(store, clock)).filter((journal) => journal.standing().ended === null);
}
