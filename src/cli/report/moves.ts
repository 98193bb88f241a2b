import type { Manifest } from "../../manifest/manifest.ts";
import type { MoveRow } from "../../model/document-history.ts";
import { reasonOf } from "../../sources/code/text.ts";
import type { Io } from "../io.ts";
import { readingClock } from "../wire/migrate/clock.ts";
import { allJournals } from "../wire/migrate/find-move.ts";
import { type OpenStore, openStore } from "../wire/migrate/store.ts";

/**
 * Moves by their journals; null with the reason where they cannot be read. `mayAsk` false: the look asks nothing of Google,
 * and so journals in a bucket are left alone, too.
 */
export async function readMoves(
  root: string,
  manifest: Manifest | null,
  mayAsk: boolean,
  io: Io,
): Promise<{ readonly moves: readonly MoveRow[] | null; readonly unread: readonly string[] }> {
  // Without a manifest there is no environment, and so no journal.
  if (manifest === null) return { moves: [], unread: [] };
  const { journal } = manifest.environment;
  if (journal !== null && !mayAsk) {
    return {
      moves: null,
      unread: [`Journals of moves: they are kept at ${journal}, and this look asks nothing of Google.`],
    };
  }
  let store: OpenStore | null = null;
  try {
    store = openStore(root, manifest.environment, io);
    const moves = (await allJournals(store, readingClock(io))).map((journal): MoveRow => {
      const { plan, ended, last } = journal.standing();
      const state = ended === null ? "under way" : ended === "moved" ? "done" : "rolled back";
      const to = plan.purpose === "prune" ? null : plan.to;
      return { id: journal.id, function: plan.function, from: plan.from, to, state, at: last.at };
    });
    return { moves, unread: [] };
  } catch (error) {
    if (io.signal.aborted) throw error;
    const reason = error instanceof Error && error.message !== "" ? error.message : `${reasonOf(error)}.`;
    return { moves: null, unread: [`Journals of moves: ${reason.split("\n")[0]}`] };
  } finally {
    await store?.close();
  }
}
