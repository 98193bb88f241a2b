import { freeFrom, heldText, type LockTerms, lockMs, lockTerms } from "../../../src/migrate/journal/lock-terms.ts";
import type { JournalStore, Lock } from "../../../src/migrate/ports/journal-store.ts";
import { Refused } from "../../../src/migrate/ports/world.ts";

/** Thrown where the process is killed; nothing of it runs any longer. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** "before": the line is not written; "after": it is, and nothing that follows it. */
export interface Kill {
  readonly at: number;
  readonly when: "before" | "after";
}

export interface MemoryStore extends JournalStore {
  readonly lines: string[];
  /** The next process that comes to that line is killed there. */
  kill: Kill | null;
}

/** The time that locks go by: the machines' own, which passes as that of the fleet does. */
export interface LockClock {
  now(): number;
  advance(ms: number): void;
}

const still: LockClock = { now: () => 0, advance: () => {} };

/** One journal, and one lock by the rules of the real ones, which whoever is killed leaves behind. */
export function createMemoryStore(clock: LockClock = still): MemoryStore {
  const lines: string[] = [];
  let held: (LockTerms & { isDead: boolean }) | null = null;
  let count = 0;

  function killed(where: string): Killed {
    if (held !== null) held.isDead = true;
    return new Killed(where);
  }

  return {
    lines,
    kill: null,
    list: async () => ["move"],
    read: async () => (lines.length === 0 ? null : [...lines]),
    async append(_id, after, line) {
      if (after !== lines.length) {
        throw new Refused(
          `The journal has ${lines.length} lines, and ${after} were known: somebody else goes on with it.`,
        );
      }
      const { kill } = this;
      if (kill?.at === after && kill.when === "before") {
        this.kill = null;
        throw killed("before the line");
      }
      lines.push(line);
      if (kill?.at === after) {
        this.kill = null;
        throw killed("after the line");
      }
    },
    async lock(name, holder): Promise<Lock> {
      if (held !== null) {
        const now = clock.now();
        // A process is seen to be dead on its own machine alone.
        const isDead = held.isDead && held.host === holder.host;
        const from = freeFrom(held, now, isDead, holder.takeExpired);
        if (from === null) throw new Refused(heldText(name, held, now));
        if (from > now) clock.advance(from - now);
      }
      count += 1;
      const token = `${count}`;
      const put = (isPending: boolean): void => {
        held = { ...lockTerms(holder, token, clock.now(), isPending), isDead: false };
      };
      const isMine = (): boolean => held?.token === token;
      const renew = async (isPending: boolean): Promise<void> => {
        if (!isMine()) throw new Refused("Somebody else has taken over the move. Nothing more is done here.");
        put(isPending);
      };
      put(false);
      let until = clock.now() + lockMs;
      const renewed = async (isPending: boolean): Promise<void> => {
        await renew(isPending);
        until = clock.now() + lockMs;
      };
      return {
        leftMs: () => until - clock.now(),
        renew: () => renewed(held?.isPending === true),
        sending: () => renewed(true),
        settled: () => renewed(false),
        async release() {
          if (!isMine() || held === null) return;
          held = held.isPending ? { ...held, leftAt: new Date(clock.now()).toISOString() } : null;
        },
      };
    },
  };
}
