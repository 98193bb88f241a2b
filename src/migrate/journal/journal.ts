import type { JournalEvent, JournalRecord } from "../../model/move.ts";
import type { JournalStore } from "../ports/journal-store.ts";
import { type Clock, Refused } from "../ports/world.ts";
import { type Standing, standingOf } from "./standing.ts";

/** One move's journal, opened: what it says, and the one way to add to it. */
export interface Journal {
  readonly id: string;
  standing(): Standing;
  records(): readonly JournalRecord[];
  /** On disk when it resolves. Rejects with Refused where somebody else has written meanwhile. */
  write(event: JournalEvent): Promise<void>;
}

/** Opens a journal; null: there is none of that id. Rejects with Refused where it cannot be understood. */
export async function openJournal(store: JournalStore, id: string, clock: Clock): Promise<Journal | null> {
  const lines = await store.read(id);
  if (lines === null || lines.length === 0) return null;
  return journalOf(
    store,
    id,
    clock,
    lines.map((line, index) => parsed(line, id, index)),
  );
}

/** Begins a journal with its first line. Rejects with Refused where there is one already. */
export async function beginJournal(
  store: JournalStore,
  clock: Clock,
  event: JournalEvent & { readonly kind: "planned" },
): Promise<Journal> {
  const journal = journalOf(store, event.plan.id, clock, []);
  await journal.write(event);
  return journal;
}

function journalOf(store: JournalStore, id: string, clock: Clock, read: readonly JournalRecord[]): Journal {
  const records = [...read];
  return {
    id,
    records: () => records,
    standing: () => standingOf(records),
    async write(event) {
      const at = new Date(await clock.now()).toISOString();
      const record: JournalRecord = { v: 1, n: records.length, at, ...event };
      await store.append(id, records.length, JSON.stringify(record));
      records.push(record);
    },
  };
}

function parsed(line: string, id: string, index: number): JournalRecord {
  const refuse = (why: string) =>
    new Refused(`Line ${index + 1} of the journal of ${id} ${why}. Nothing was changed; restore the journal first.`);
  let record: JournalRecord;
  try {
    record = JSON.parse(line) as JournalRecord;
  } catch {
    throw refuse("is no JSON");
  }
  if (record.v !== 1) throw refuse(`is of version ${JSON.stringify(record.v)}, and this version of regions reads 1`);
  if (record.n !== index) throw refuse(`says that it is number ${record.n}, so that lines are missing or doubled`);
  return record;
}
