import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lock, LockHolder } from "../ports/journal-store.ts";
import { Refused } from "../ports/world.ts";
import { heldText, lockTimes } from "./lock-text.ts";

export interface LockWorld {
  /** The machine's own clock, in ms: locks are about people and processes, whatever time the fleet lives in. */
  readonly now: () => number;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
}

interface LockFile extends Omit<LockHolder, "takeExpired"> {
  readonly token: string;
  /** RFC 3339. */
  readonly takenAt: string;
  readonly expiresAt: string;
}

/**
 * A lock as a file `NAME.lock.N`, where the highest N holds. It is taken over by making N + 1, which only one can, whoever
 * else tries at the same moment; the one before finds that out at its next renewal.
 */
export async function takeFileLock(folder: string, name: string, holder: LockHolder, world: LockWorld): Promise<Lock> {
  const base = `${encodeURIComponent(name)}.lock.`;
  const pathOf = (number: number): string => join(folder, `${base}${number}`);
  const token = randomUUID();
  const { takeExpired, ...who } = holder;
  const mine = (): LockFile => ({ ...who, token, ...lockTimes(world.now()) });
  const draft = join(folder, `${base}${token}`);

  async function numbers(): Promise<number[]> {
    const names = await readdir(folder);
    const found = names.flatMap((one) => {
      const tail = one.startsWith(base) ? one.slice(base.length) : "";
      return /^\d+$/.test(tail) ? [Number(tail)] : [];
    });
    return found.sort((a, b) => a - b);
  }

  for (;;) {
    const present = await numbers();
    const top = present.at(-1) ?? 0;
    const held = top === 0 ? null : await readLock(pathOf(top));
    if (top !== 0 && held === null) continue;
    if (held !== null) {
      const isDead = held.host === who.host && !world.isAlive(held.pid);
      const isExpired = Date.parse(held.expiresAt) < world.now();
      if (!isDead && !(isExpired && takeExpired)) throw new Refused(heldText(name, held, isExpired));
    }
    await writeFile(draft, JSON.stringify(mine()), { mode: 0o600 });
    try {
      // A link appears whole or not at all, and not where there is one.
      await link(draft, pathOf(top + 1));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      continue;
    } finally {
      await rm(draft, { force: true });
    }
    for (const number of present) await rm(pathOf(number), { force: true });
    return lockAt(top + 1);
  }

  function lockAt(number: number): Lock {
    const drop = async (): Promise<void> => {
      for (const one of await numbers()) if (one <= number) await rm(pathOf(one), { force: true });
    };
    const gone = () => new Refused(`Somebody else has taken over the move ${who.move}. Nothing more is done here.`);
    const holds = async (): Promise<boolean> => {
      const top = (await numbers()).at(-1);
      return top === number && (await readLock(pathOf(number)))?.token === token;
    };
    return {
      async renew() {
        if (!(await holds())) throw gone();
        await writeFile(draft, JSON.stringify(mine()), { mode: 0o600 });
        await rename(draft, pathOf(number));
        if (await holds()) return;
        // Taken over between the look and the write, which has brought a file back that the other had deleted.
        await drop();
        throw gone();
      },
      async release() {
        if (await holds()) await drop();
      },
    };
  }
}

/** Null: it is gone by now. */
async function readLock(path: string): Promise<LockFile | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Refused(`The lock ${path} cannot be read. Delete it if nobody is at a move, and try again.`);
  }
}
