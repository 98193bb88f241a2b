import type { Journal } from "../journal/journal.ts";
import { hasDrained } from "../journal/standing.ts";

export type RollbackAnswer = "turned back" | "already" | "too late";

/** Turns a move back, if that is still possible; `runMove` then undoes it. */
export async function turnBack(journal: Journal, by: string, reason: string): Promise<RollbackAnswer> {
  const standing = journal.standing();
  if (standing.ended === "rolled-back" || standing.direction === "undo") return "already";
  if (standing.ended === "moved" || hasDrained(standing)) return "too late";
  await journal.write({ kind: "turned-back", by, abort: false, reason });
  return "turned back";
}
