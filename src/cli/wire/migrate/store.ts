import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../manifest/manifest.ts";
import { createFileStore } from "../../../migrate/journal/file-store.ts";
import type { JournalStore, LockHolder } from "../../../migrate/ports/journal-store.ts";
import { InputError } from "../../../model/problem.ts";

/** The journals of an environment's moves, beside its state on this machine. Throws InputError where `journal` names a place. */
export function openStore(root: string, { name, journal, place }: Environment): JournalStore {
  // Whoever names a place that all share must not get one that only this machine knows.
  if (journal !== null) {
    const message = `Environment ${name} keeps its journals at ${journal}, and this version keeps them in .regions/${name}/moves alone.`;
    const mend = "Take `journal` out, and run the moves of this environment from one machine.";
    throw new InputError([{ place, message, mend, excerpt: null }]);
  }
  const folder = join(root, ".regions", name, "moves");
  return createFileStore({ folder, now: Date.now, isAlive });
}

/** Who is at a move here. */
export function holderHere(move: string, takeExpired: boolean): LockHolder {
  const host = hostname();
  return { owner: `${userName()}@${host}`, host, pid: process.pid, move, takeExpired };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
