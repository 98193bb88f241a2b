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

/** One journal, and one lock that whoever is killed leaves behind until somebody takes it. */
export function createMemoryStore(): MemoryStore {
  const lines: string[] = [];
  let holder: symbol | null = null;
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
        throw new Killed("before the line");
      }
      lines.push(line);
      if (kill?.at === after) {
        this.kill = null;
        throw new Killed("after the line");
      }
    },
    async lock(_name, { takeExpired }): Promise<Lock> {
      if (holder !== null && !takeExpired) throw new Refused("Somebody else is at that move.");
      const mine = Symbol("lock");
      holder = mine;
      return {
        async renew() {
          if (holder !== mine) throw new Refused("Somebody else has taken over the move. Nothing more is done here.");
        },
        async release() {
          if (holder === mine) holder = null;
        },
      };
    },
  };
}
