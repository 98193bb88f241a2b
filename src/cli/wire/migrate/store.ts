import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Environment } from "../../../manifest/manifest.ts";
import { createFileStore } from "../../../migrate/journal/file-store.ts";
import type { JournalStore, LockHolder } from "../../../migrate/ports/journal-store.ts";

/** Where the journals of an environment's moves are kept: beside its state on this machine, or where `journal` says. */
export function openStore(root: string, { name }: Environment): JournalStore {
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
