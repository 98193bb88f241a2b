import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, Unseen } from "../../../migrate/ports/world.ts";
import type { Io } from "../../io.ts";
import type { Services } from "../services.ts";

/** For whoever only reads journals: what is over is told by them, and nobody waits. */
export function readingClock(io: Io): Clock {
  return { now: async () => io.now().getTime(), pause: async () => {} };
}

/** The machine's clock; for the sandbox its own, which a test may stop and put forward. */
export function createClock({ endpoint, token }: Services, isSandbox: boolean, io: Io): Clock {
  return {
    async now() {
      if (!isSandbox || endpoint.base === null) return io.now().getTime();
      try {
        const response = await fetch(`${endpoint.base}/_sandbox/clock`, {
          headers: { authorization: `Bearer ${await token()}` },
          signal: AbortSignal.any([io.signal, AbortSignal.timeout(10_000)]),
        });
        const { now } = (await response.json()) as { now?: unknown };
        const time = typeof now === "string" ? Date.parse(now) : Number.NaN;
        if (!Number.isNaN(time)) return time;
      } catch {
        io.signal.throwIfAborted();
      }
      throw new Unseen("the sandbox's clock");
    },
    async pause(ms) {
      await sleep(ms, undefined, { signal: io.signal });
    },
  };
}
