import { randomUUID } from "node:crypto";
import type { JournalStore } from "../ports/journal-store.ts";
import type { Objects } from "../ports/objects.ts";
import { Refused } from "../ports/world.ts";
import { type BucketLockWorld, takeBucketLock } from "./bucket-lock.ts";

export interface BucketStoreOptions extends BucketLockWorld {
  readonly objects: Objects;
}

const moves = "moves/";

/**
 * Journals in a bucket that several machines share: `moves/ID/000012.json` is line 12 of a journal, `locks/FUNCTION.json`
 * beside them.
 *
 * One object per record, and not one per journal that is written anew with each: a record is stored only where there is
 * none of its number, and never again. So there is nothing that could be written over, whatever is sent twice, late or by
 * whom; two writers who have read the same journal ask for the same number, and one of them gets it; and a bucket that
 * forbids to delete (a retention policy on `moves/`) keeps every line. Cloud Storage takes about one change a second of one
 * object, and any number of objects.
 */
export function createBucketStore({ objects, ...world }: BucketStoreOptions): JournalStore {
  /** How many lines of a journal are there for certain. */
  const known = new Map<string, number>();

  async function settled(id: string, number: number, line: string): Promise<boolean> {
    const writer = randomUUID();
    for (let tries = 1; tries <= 3; tries += 1) {
      const stored = await objects.put(nameOf(id, number), `${line}\n`, "0", writer);
      if (stored !== null && stored !== "unknown") return true;
      // A rival's, or our own, whose answer was lost.
      const there = await objects.look(nameOf(id, number));
      if (there !== null) return there.writer === writer;
    }
    throw new Refused(
      `Nobody knows whether line ${number + 1} of the journal of ${id} came to ${objects.place}. Nothing more is done; resume once the bucket can be reached.`,
    );
  }

  return {
    async list() {
      const began = new Map<string, string>();
      for (const { name, createdAt } of await objects.list(moves)) {
        const found = numbered(name);
        if (found?.number === 0) began.set(found.id, createdAt);
      }
      const age = ([a, at]: [string, string], [b, other]: [string, string]): number =>
        at === other ? (a < b ? -1 : 1) : Date.parse(at) - Date.parse(other);
      return [...began].sort(age).map(([id]) => id);
    },

    async read(id) {
      const all = await objects.list(`${moves}${id}/`);
      const names = all.flatMap(({ name }) => {
        const found = numbered(name);
        return found === null ? [] : [{ name, number: found.number }];
      });
      if (names.length === 0) return null;
      names.sort((a, b) => a.number - b.number);
      const lines = await Promise.all(
        names.map(async ({ name }) => {
          const found = await objects.text(name);
          if (found === null) throw new Refused(`${objects.place}/${name} was deleted while it was read.`);
          return found.text.replace(/\n$/, "");
        }),
      );
      known.set(id, lines.length);
      return lines;
    },

    async append(id, after, line) {
      const isKnown = after === 0 || known.get(id) === after;
      const isThere = isKnown || (await objects.look(nameOf(id, after - 1))) !== null;
      if (!isThere || !(await settled(id, after, line))) {
        const count = (await objects.list(`${moves}${id}/`)).length;
        throw new Refused(
          `The journal of ${id} has ${count} lines, and ${after} were known: somebody else goes on with it.`,
        );
      }
      known.set(id, after + 1);
    },

    lock: (name, holder) => takeBucketLock(objects, name, holder, world),
  };
}

function nameOf(id: string, number: number): string {
  return `${moves}${id}/${String(number).padStart(6, "0")}.json`;
}

/** Whatever else lies there is none of ours. */
function numbered(name: string): { readonly id: string; readonly number: number } | null {
  const found = /^moves\/([A-Za-z0-9_-]+)\/(\d{6,})\.json$/.exec(name);
  return found === null ? null : { id: found[1] ?? "", number: Number(found[2]) };
}
