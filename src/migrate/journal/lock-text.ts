import type { LockHolder } from "../ports/journal-store.ts";

/** How long a lock holds that nobody renews. */
const lockMs = 15 * 60_000;

/** Of a lock that is taken or renewed now, in ms. RFC 3339. */
export function lockTimes(now: number): { readonly takenAt: string; readonly expiresAt: string } {
  return { takenAt: new Date(now).toISOString(), expiresAt: new Date(now + lockMs).toISOString() };
}

/** Who holds a lock, and what whoever finds it can do. */
export function heldText(
  name: string,
  held: Omit<LockHolder, "takeExpired"> & { readonly takenAt: string; readonly expiresAt: string },
  isExpired: boolean,
): string {
  const { owner, host, pid, move, takenAt, expiresAt } = held;
  const who = `${owner} (process ${pid} on ${host}) is at the move ${move} of ${name} since ${takenAt}`;
  return isExpired
    ? `${who}, and has not been heard of since ${expiresAt}. If that process is gone, take over with --take-over.`
    : `${who}. Its lock holds until ${expiresAt} unless it is renewed.`;
}
