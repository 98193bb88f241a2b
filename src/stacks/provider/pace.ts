import { setTimeout as sleep } from "node:timers/promises";

/**
 * Keeps writes under the limits of a service in a region: so many at once, and after a refusal for want of quota none
 * until the time that Google named. It also remembers which lanes lead nowhere.
 */
export class Pace {
  readonly #most: number;
  readonly #lanes = new Map<string, Lane>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when a place in the lane is free. Rejects when the signal aborts meanwhile. */
  async run<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const lane = this.#lane(key);
    while (lane.running >= this.#most) {
      await new Promise<void>((resolve, reject) => {
        const stop = (): void => reject(signal.reason);
        signal.addEventListener("abort", stop, { once: true });
        lane.waiting.push(() => {
          signal.removeEventListener("abort", stop);
          resolve();
        });
      });
    }
    lane.running += 1;
    try {
      return await work();
    } finally {
      lane.running -= 1;
      lane.waiting.shift()?.();
    }
  }

  /** Resolves when the lane may write again. */
  async rest(key: string, signal: AbortSignal): Promise<void> {
    for (let wait = this.#lane(key).restUntil - Date.now(); wait > 0; wait = this.#lane(key).restUntil - Date.now()) {
      await sleep(wait, undefined, { signal });
    }
  }

  /** Lets the whole lane rest, because one of its writes was refused for want of quota. */
  slow(key: string, ms: number): void {
    const lane = this.#lane(key);
    lane.restUntil = Math.max(lane.restUntil, Date.now() + ms);
  }

  /** Whether the last patient try in the lane was in vain: then one try must do, until one is answered. */
  isDown(key: string): boolean {
    return this.#lane(key).down;
  }

  setDown(key: string, down: boolean): void {
    this.#lane(key).down = down;
  }

  #lane(key: string): Lane {
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [], restUntil: 0, down: false };
    this.#lanes.set(key, lane);
    return lane;
  }
}

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
  restUntil: number;
  down: boolean;
}
