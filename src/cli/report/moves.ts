import type { Manifest } from "../../manifest/manifest.ts";
import { openJournal } from "../../migrate/journal/journal.ts";
import type { MoveRow } from "../../model/document-history.ts";
import { reasonOf } from "../../sources/code/text.ts";
import type { Io } from "../io.ts";
import { openStore } from "../wire/migrate/store.ts";

/** Moves by the journals that are kept here; null with the reason where they cannot be read. */
export async function readMoves(
  root: string,
  manifest: Manifest | null,
  io: Io,
): Promise<{ readonly moves: readonly MoveRow[] | null; readonly unread: readonly string[] }> {
  // Without a manifest there is no environment, and so no journal.
  if (manifest === null) return { moves: [], unread: [] };
  const clock = { now: async () => io.now().getTime(), pause: async () => {} };
  try {
    const store = openStore(root, manifest.environment);
    const moves: MoveRow[] = [];
    for (const id of await store.list()) {
      const standing = (await openJournal(store, id, clock))?.standing();
      if (standing === undefined) continue;
      const { plan, ended, last } = standing;
      const state = ended === null ? "under way" : ended === "moved" ? "moved" : "rolled back";
      moves.push({ id, function: plan.function, from: plan.from, to: plan.to, state, at: last.at });
    }
    return { moves, unread: [] };
  } catch (error) {
    const reason = error instanceof Error && error.message !== "" ? error.message : `${reasonOf(error)}.`;
    return { moves: null, unread: [`Journals of moves: ${reason.split("\n")[0]}`] };
  }
}
