import type { LockHolder } from "../ports/journal-store.ts";

/** How long a lock holds that nobody renews. */
export const lockMs = 15 * 60_000;

/**
 * How long something that was sent may take to come about after whoever sent it has gone, or has given up waiting for its
 * answer: longer than any server keeps a request waiting that nobody holds open.
 */
export const landsWithinMs = 15_000;

/** What a lock says of itself, wherever it lies. */
export interface LockTerms extends Omit<LockHolder, "takeExpired"> {
  readonly token: string;
  /** RFC 3339, of when it was taken or last renewed. */
  readonly takenAt: string;
  readonly expiresAt: string;
  /** Something was sent, and whether it came about was not seen since. */
  readonly isPending: boolean;
  /** RFC 3339: when its holder has left it behind, because of what is pending; null: somebody holds it. */
  readonly leftAt: string | null;
}

/** The terms of a lock that is taken or renewed now, in ms. */
export function lockTerms(
  { takeExpired: _, ...who }: LockHolder,
  token: string,
  now: number,
  isPending: boolean,
): LockTerms {
  const takenAt = new Date(now).toISOString();
  return { ...who, token, takenAt, expiresAt: new Date(now + lockMs).toISOString(), isPending, leftAt: null };
}

/**
 * From when on somebody else may have the lock, in ms; null: it is held. What its holder has sent has come about by then, or
 * never will: who is suspended and wakes up sends nothing once its time has run out (see `Lock.leftMs`).
 */
export function freeFrom(held: LockTerms, now: number, isDead: boolean, takeExpired: boolean): number | null {
  if (held.leftAt !== null) return Date.parse(held.leftAt) + landsWithinMs;
  if (isDead) return held.isPending ? now + landsWithinMs : now;
  return takeExpired && isExpired(held, now) ? now : null;
}

/** Who holds a lock, and what whoever finds it can do. */
export function heldText(name: string, held: LockTerms, now: number): string {
  const { owner, host, pid, move, takenAt, expiresAt } = held;
  const who = `${owner} (process ${pid} on ${host}) is at the move ${move} of ${name} since ${takenAt}`;
  return isExpired(held, now)
    ? `${who}, and has not been heard of since ${expiresAt}. If that process is gone, take over with --take-over.`
    : `${who}. Its lock holds until ${expiresAt} unless it is renewed.`;
}

export function takenText(move: string): string {
  return `Somebody else has taken over the move ${move}. Nothing more is done here.`;
}

function isExpired({ expiresAt }: LockTerms, now: number): boolean {
  return Date.parse(expiresAt) < now;
}

/** A lock's own changes one after the other, whoever asks for them: it is renewed by a clock besides. */
export function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
