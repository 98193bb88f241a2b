import { hostname } from "node:os";
import { InputError } from "../model/problem.ts";
import type { OpenStack } from "../stacks/run.ts";

/** How often, and how long, a run that is ending by itself is waited for. */
const polls = 30;
const pollMs = 500;

export interface Turn {
  readonly stack: OpenStack;
  readonly environment: string;
  /** Called once a lock of a run that was killed is removed, before the work begins anew. */
  readonly onKilled: () => Promise<void>;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/**
 * Runs what writes the state, alone. A lock that a killed run of this machine left is removed; somebody who is at work
 * here is waited for a while, in case that run is just ending. Throws InputError where somebody else goes on working.
 */
export async function takeTurn<T>({ stack, environment, onKilled, wait }: Turn, work: () => Promise<T>): Promise<T> {
  const { locksIn, isAbandoned } = await import("../stacks/locks.ts");
  for (let poll = 0; ; poll++) {
    try {
      return await work();
    } catch (error) {
      const locks = locksIn(error);
      if (locks === null) throw error;
      if (locks.length > 0 && locks.every((lock) => isAbandoned(lock, hostname()))) {
        await stack.unlock();
        await onKilled();
      } else if (poll < polls && locks.some(({ host }) => host === hostname())) {
        await wait(pollMs);
      } else {
        const who = locks.map(({ user, host, pid, since }) => `${user}@${host}, process ${pid}, since ${since}`);
        const told = who.length === 0 ? "the backend does not say who" : who.join("; ");
        const message = `Somebody is deploying environment ${environment} (${told}).`;
        const mend = "Wait until that ends. If it was killed on another machine, `pulumi cancel` removes its lock.";
        throw new InputError([{ place: null, message, mend, excerpt: null }]);
      }
    }
  }
}
