import type { Standing } from "../../migrate/journal/standing.ts";
import type { JournalStore } from "../../migrate/ports/journal-store.ts";
import { journalText, movesText } from "../../report/move.ts";
import type { GlobalOptions } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import { type Io, widthOf } from "../io.ts";
import { findGround, requireManifest } from "../wire/manifest.ts";
import { readingClock } from "../wire/migrate/clock.ts";
import { allJournals, findMove, openJournals } from "../wire/migrate/find-move.ts";
import { openStore } from "../wire/migrate/store.ts";

/** Lists moves, or shows the journal of one. Reads the journals alone. */
export async function showMoves(
  subject: string | null,
  openOnly: boolean,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const ground = findGround(global, io);
  const { manifest } = await requireManifest(ground, global);
  const store = openStore(ground.root, manifest.environment, io);
  try {
    return await showFrom(store, subject, openOnly, global, io);
  } finally {
    await store.close();
  }
}

async function showFrom(
  store: JournalStore,
  subject: string | null,
  openOnly: boolean,
  global: GlobalOptions,
  io: Io,
): Promise<ExitCode> {
  const clock = readingClock(io);
  const isText = global.format === "text";
  if (subject !== null) {
    const journal = await findMove(store, clock, subject);
    const records = journal.records();
    if (isText) await io.stdout.write(journalText(records, widthOf(io)));
    else
      await io.stdout.write(
        `${JSON.stringify({ version: 1, move: journal.id, state: stateText(journal.standing()), records })}\n`,
      );
    return exitCodes.clean;
  }
  const shown = await (openOnly ? openJournals : allJournals)(store, clock);
  const rows = shown.map((journal) => {
    const standing = journal.standing();
    const { function: name, from, to, purpose } = standing.plan;
    return { id: journal.id, purpose, function: name, from, to, state: stateText(standing) };
  });
  if (isText)
    await io.stdout.write(movesText(rows.map((row) => ({ ...row, to: row.purpose === "prune" ? "(prune)" : row.to }))));
  else await io.stdout.write(`${JSON.stringify({ version: 1, moves: rows })}\n`);
  return exitCodes.clean;
}

function stateText({ plan, ended, last, direction }: Standing): string {
  if (ended !== null) return ended === "rolled-back" ? "rolled back" : plan.purpose === "prune" ? "pruned" : "moved";
  if (last.kind === "wait") return `waiting for ${last.for}${last.until === null ? "" : `, until ${last.until}`}`;
  if (last.kind === "failed" || last.kind === "stopped") return `${last.kind} at ${last.step}: ${last.reason}`;
  return direction === "undo" ? "being rolled back" : "under way";
}
