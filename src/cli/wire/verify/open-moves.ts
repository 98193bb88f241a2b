import type { Environment } from "../../../manifest/manifest.ts";
import { InputError } from "../../../model/problem.ts";
import type { Looked } from "../../../verify/facts.ts";
import type { Io } from "../../io.ts";
import { readingClock } from "../migrate/clock.ts";
import { openJournals } from "../migrate/find-move.ts";
import { openStore } from "../migrate/store.ts";

/** Moves that are not over, one line each. */
export async function readOpenMoves(
  root: string,
  environment: Environment,
  io: Io,
): Promise<Looked<readonly string[]>> {
  const store = openStore(root, environment, io);
  try {
    const open = await openJournals(store, readingClock(io));
    return {
      found: open.map((journal) => {
        const { plan } = journal.standing();
        const what =
          plan.purpose === "prune" ? `in ${plan.from} is being pruned` : `moves from ${plan.from} to ${plan.to}`;
        return `${journal.id}: ${plan.function} ${what}`;
      }),
    };
  } catch (error) {
    if (io.signal.aborted) throw error;
    if (error instanceof InputError) return { unread: error.problems.map(({ message }) => message).join(" ") };
    return { unread: error instanceof Error ? `journals of moves: ${error.message.split("\n")[0]}` : String(error) };
  } finally {
    await store.close();
  }
}
