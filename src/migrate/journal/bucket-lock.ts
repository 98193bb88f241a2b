import { randomUUID } from "node:crypto";
import type { Lock, LockHolder } from "../ports/journal-store.ts";
import type { Objects } from "../ports/objects.ts";
import { Refused } from "../ports/world.ts";
import { freeFrom, heldText, inTurn, type LockTerms, lockMs, lockTerms, takenText } from "./lock-terms.ts";

export interface BucketLockWorld {
  /** Tells this machine, since its last start, from all others: a name such as "localhost" would not. */
  readonly machine: string;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
  /** Rejects when the command is interrupted. */
  readonly pause: (ms: number) => Promise<void>;
}

interface BucketLockTerms extends LockTerms {
  readonly machine: string;
}

/**
 * A lock as one object, `locks/FUNCTION.json`, whose every change names the generation that it was read in: it is made only
 * where there is none, and renewed, taken over and deleted only as it was seen. Of any number who try at once one comes
 * through; who was taken over finds that out at its next renewal. Times are those of the bucket, whatever the machines'
 * own clocks say.
 */
export async function takeBucketLock(
  objects: Objects,
  name: string,
  holder: LockHolder,
  { machine, isAlive, pause }: BucketLockWorld,
): Promise<Lock> {
  const path = `locks/${encodeURIComponent(name)}.json`;
  const token = randomUUID();
  const words = (terms: LockTerms): string => `${JSON.stringify({ ...terms, machine } satisfies BucketLockTerms)}\n`;

  /** The generation that our terms are stored in; null: somebody else's are there. */
  async function store(terms: LockTerms, over: string): Promise<string | null> {
    const writer = randomUUID();
    for (let tries = 1; tries <= 3; tries += 1) {
      const stored = await objects.put(path, words(terms), over, writer);
      if (stored !== null && stored !== "unknown") return stored.generation;
      // A rival's, or our own, whose answer was lost.
      const there = await objects.look(path);
      if (there?.writer === writer) return there.generation;
      if ((there?.generation ?? "0") !== over) return null;
    }
    throw new Refused(
      `Nobody knows whether the lock of ${name} came to ${objects.place}. Nothing more is done; go on once the bucket can be reached.`,
    );
  }

  /** The one whose calls were waited for. */
  let waitedFor: string | null = null;
  for (;;) {
    const found = await objects.text(path);
    if (found !== null) {
      const held = termsOf(found.text, `${objects.place}/${path}`);
      if (held.token !== waitedFor) {
        const now = objects.now();
        const isDead = held.machine === machine && !isAlive(held.pid);
        const from = freeFrom(held, now, isDead, holder.takeExpired);
        if (from === null) throw new Refused(heldText(name, held, now));
        waitedFor = held.token;
        if (from > now) {
          await pause(from - now);
          continue;
        }
      }
    }
    const asked = objects.now();
    const generation = await store(lockTerms(holder, token, asked, false), found?.generation ?? "0");
    if (generation !== null) return lockOf(generation, asked);
  }

  function lockOf(first: string, asked: number): Lock {
    const one = inTurn();
    let generation: string | null = first;
    let until = asked + lockMs;
    let isPending = false;
    async function renew(pending: boolean): Promise<void> {
      if (generation === null) throw new Refused(takenText(holder.move));
      const now = objects.now();
      generation = await store(lockTerms(holder, token, now, pending), generation);
      if (generation === null) throw new Refused(takenText(holder.move));
      isPending = pending;
      until = now + lockMs;
    }
    return {
      leftMs: () => until - objects.now(),
      renew: () => one(() => renew(isPending)),
      sending: () => one(() => renew(true)),
      settled: () => one(() => renew(false)),
      release: () =>
        one(async () => {
          if (generation === null) return;
          const held = generation;
          generation = null;
          if (!isPending) return objects.remove(path, held);
          const now = objects.now();
          await store({ ...lockTerms(holder, token, now, true), leftAt: new Date(now).toISOString() }, held);
        }),
    };
  }
}

function termsOf(text: string, place: string): BucketLockTerms {
  try {
    return JSON.parse(text) as BucketLockTerms;
  } catch {
    throw new Refused(`The lock ${place} cannot be read. Delete it if nobody is at a move, and try again.`);
  }
}
