import { readFileSync } from "node:fs";
import { ConcurrentUpdateError } from "@pulumi/pulumi/automation/index.js";

/** Somebody else is at work on the stack, or was until its process was killed. */
export interface StackLock {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly since: string;
}

/**
 * The locks that the engine complained of; null where that is not what it complained of. Empty where the backend does
 * not say who holds them.
 */
export function locksIn(error: unknown): readonly StackLock[] | null {
  if (!(error instanceof ConcurrentUpdateError)) return null;
  const found = error.message.matchAll(/created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g);
  const locks = new Map<string, StackLock>();
  for (const [text, user = "", host = "", pid = "", since = ""] of found) {
    locks.set(text, { user, host, pid: Number(pid), since });
  }
  return [...locks.values()];
}

/** Whether a lock's process is certainly gone: it ran on this machine, and there is none of its number. */
export function isAbandoned({ host, pid }: StackLock, machine: string): boolean {
  if (host !== machine) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  return hasEnded(pid);
}

/** On Linux a process that has ended keeps its number until its parent asks for it, and where the parent was killed, for ever. */
function hasEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
