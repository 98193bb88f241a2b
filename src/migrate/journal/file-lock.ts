import { randomUUID } from "node:crypto";
import { link, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lock, LockHolder } from "../ports/journal-store.ts";
import { Refused } from "../ports/world.ts";
import { freeFrom, heldText, inTurn, type LockTerms, lockMs, lockTerms, takenText } from "./lock-terms.ts";

export interface LockWorld {
  /** The machine's own clock, in ms: locks are about people and processes, whatever time the fleet lives in. */
  readonly now: () => number;
  /** Whether a process of this machine runs. */
  readonly isAlive: (pid: number) => boolean;
  /** Rejects when the command is interrupted. */
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * A lock as a file `NAME.lock.N`, where the highest N holds. It is taken over by making N + 1, which only one can, whoever
 * else tries at the same moment; the one before finds that out at its next renewal.
 */
export async function takeFileLock(folder: string, name: string, holder: LockHolder, world: LockWorld): Promise<Lock> {
  const base = `${encodeURIComponent(name)}.lock.`;
  const pathOf = (number: number): string => join(folder, `${base}${number}`);
  const token = randomUUID();
  const draft = join(folder, `${base}${token}`);

  async function numbers(): Promise<number[]> {
    const names = await readdir(folder);
    const found = names.flatMap((one) => {
      const tail = one.startsWith(base) ? one.slice(base.length) : "";
      return /^\d+$/.test(tail) ? [Number(tail)] : [];
    });
    return found.sort((a, b) => a - b);
  }

  const write = (terms: LockTerms): Promise<void> => writeFile(draft, JSON.stringify(terms), { mode: 0o600 });

  /** The one whose calls were waited for. */
  let waitedFor: string | null = null;
  for (;;) {
    const present = await numbers();
    const top = present.at(-1) ?? 0;
    const held = top === 0 ? null : await readLock(pathOf(top));
    if (top !== 0 && held === null) continue;
    if (held !== null && held.token !== waitedFor) {
      const now = world.now();
      const isDead = held.host === holder.host && !world.isAlive(held.pid);
      const from = freeFrom(held, now, isDead, holder.takeExpired);
      if (from === null) throw new Refused(heldText(name, held, now));
      waitedFor = held.token;
      if (from > now) {
        await world.pause(from - now);
        continue;
      }
    }
    const asked = world.now();
    await write(lockTerms(holder, token, asked, false));
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
    return lockAt(top + 1, asked);
  }

  function lockAt(number: number, asked: number): Lock {
    const one = inTurn();
    let until = asked + lockMs;
    let isPending = false;
    const drop = async (): Promise<void> => {
      for (const other of await numbers()) if (other <= number) await rm(pathOf(other), { force: true });
    };
    const holds = async (): Promise<boolean> => {
      const top = (await numbers()).at(-1);
      return top === number && (await readLock(pathOf(number)))?.token === token;
    };
    async function renew(pending: boolean): Promise<void> {
      if (!(await holds())) throw new Refused(takenText(holder.move));
      const now = world.now();
      await write(lockTerms(holder, token, now, pending));
      await rename(draft, pathOf(number));
      if (await holds()) {
        isPending = pending;
        until = now + lockMs;
        return;
      }
      // Taken over between the look and the write, which has brought a file back that the other had deleted.
      await drop();
      throw new Refused(takenText(holder.move));
    }
    return {
      leftMs: () => until - world.now(),
      renew: () => one(() => renew(isPending)),
      sending: () => one(() => renew(true)),
      settled: () => one(() => renew(false)),
      release: () =>
        one(async () => {
          if (!(await holds())) return;
          if (!isPending) return drop();
          const now = world.now();
          await write({ ...lockTerms(holder, token, now, true), leftAt: new Date(now).toISOString() });
          await rename(draft, pathOf(number));
          if (!(await holds())) await drop();
        }),
    };
  }
}

/** Null: it is gone by now. */
async function readLock(path: string): Promise<LockTerms | null> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockTerms;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Refused(`The lock ${path} cannot be read. Delete it if nobody is at a move, and try again.`);
  }
}
