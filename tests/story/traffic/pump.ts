import { once } from "node:events";
import type { Source } from "./sources.ts";
import type { Town } from "./town.ts";

/*
 * Real time and the sandbox's: the clock stands still, and the pump alone moves it. Each beat sends what is due within a
 * tenth of a second, then puts the clock forward by a tenth and waits until the sandbox has done all that came due. So the
 * rate is a hundred a second by the clock that everything goes by, the senders' retries and the ledger's leases too, on
 * any machine; how long a second of it takes in real time is the machine's business. Commands run beside the pump, and
 * see that clock.
 */

const beatMs = 100;

export interface Pump {
  /** Sends for so many seconds of the sandbox's clock. */
  run(seconds: number): Promise<void>;
  /** Sends until `work` has ended, and for `seconds` at least; resolves to what it resolved to. */
  during<Result>(work: Promise<Result>, seconds?: number): Promise<Result>;
  /** Puts the clock forward while nobody sends; what was put off comes. */
  leap(ms: number): Promise<void>;
  /** Seconds of the sandbox's clock for which was sent so far, and how many were. */
  total(): { readonly seconds: number; readonly sent: number };
}

export async function openPump(town: Town, sources: readonly Source[]): Promise<Pump> {
  // Ahead of the machine's clock for good: what is signed must not be old by that.
  await town.ask("POST", "_sandbox/clock", { stop: true });
  await advance(3_600_000);
  const due = sources.map(() => 0);
  let beats = 0;
  let sent = 0;

  async function advance(ms: number): Promise<void> {
    const { failures } = (await town.ask("POST", "_sandbox/clock", { advanceMs: ms })) as { failures: unknown[] };
    if (failures.length > 0) throw new Error(`a sender of the sandbox failed: ${JSON.stringify(failures.slice(0, 3))}`);
  }

  async function beat(): Promise<void> {
    const sending: Promise<void>[] = [];
    for (const [index, source] of sources.entries()) {
      due[index] = (due[index] ?? 0) + (source.perSecond * beatMs) / 1000;
      for (; (due[index] ?? 0) >= 1 - 1e-9; due[index] = (due[index] ?? 0) - 1) sending.push(source.send());
    }
    beats += 1;
    sent += sending.length;
    await Promise.all(sending);
    await advance(beatMs);
  }

  return {
    async run(seconds) {
      for (let count = 0; count * beatMs < seconds * 1000; count += 1) await beat();
    },
    async during(work, seconds = 0) {
      let isOver = false;
      const over = (): void => {
        isOver = true;
      };
      work.then(over, over);
      for (let count = 0; !isOver || count * beatMs < seconds * 1000; count += 1) {
        const began = performance.now();
        await beat();
        // Meanwhile the clock stands: the command shall get on beside it on a machine of few cores.
        const rest = AbortSignal.timeout(Math.round(2 * (performance.now() - began)));
        if (!isOver) await Promise.race([work.catch(() => null), once(rest, "abort")]);
      }
      return work;
    },
    async leap(ms) {
      const day = 86_400_000;
      for (let left = ms; left > 0; left -= day) await advance(Math.min(left, day));
    },
    total: () => ({ seconds: (beats * beatMs) / 1000, sent }),
  };
}
