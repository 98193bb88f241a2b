import type { JsonObject } from "../state/json.ts";
import type { SandboxClock } from "./clock.ts";
import type { Shelf } from "./shelf.ts";

/** Something that a sender has to do at a time. */
export interface Due {
  readonly id: string;
  /** Milliseconds since the epoch, by the sandbox's clock. */
  readonly at: number;
  /** Which handler does it: "stripe-attempt". */
  readonly kind: string;
  readonly data: JsonObject;
}

export type DueHandler = (due: Due) => Promise<void>;

const collection = "due";
/** Longest wait that a timer of Node takes. */
const longestTimer = 2 ** 31 - 1;

/**
 * All that is due, by the sandbox's clock, kept on the shelf: it is there again after a restart. An entry leaves when
 * its handler has ended, so what a killed process was at is done again. Entries of one time run at once.
 */
export class Agenda {
  readonly #shelf: Shelf;
  readonly #clock: SandboxClock;
  readonly #handlers = new Map<string, DueHandler>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failed: (due: Due, error: unknown) => void;
  #timer: NodeJS.Timeout | null = null;
  #ended = false;
  #advancing = false;

  constructor(shelf: Shelf, clock: SandboxClock, failed: (due: Due, error: unknown) => void) {
    this.#shelf = shelf;
    this.#clock = clock;
    this.#failed = failed;
  }

  on(kind: string, handler: DueHandler): void {
    this.#handlers.set(kind, handler);
  }

  /** Puts an entry in, in place of the one with the same id. */
  put(id: string, at: number, kind: string, data: JsonObject): void {
    this.#shelf.remove(collection, id);
    this.#shelf.put(collection, id, { at, kind, data });
  }

  cancel(id: string): void {
    this.#shelf.remove(collection, id);
  }

  has(id: string): boolean {
    return this.#shelf.get(collection, id) !== undefined;
  }

  /** How many entries wait or run. */
  get size(): number {
    return this.#shelf.all(collection).size;
  }

  /** What of one kind waits or runs. */
  waiting(kind: string): Due[] {
    const all = [...this.#shelf.all(collection)].map(([id, value]) => ({ id, ...value }) as unknown as Due);
    return all.filter((due) => due.kind === kind);
  }

  /** Starts all that is due now, and waits for what comes next where time passes by itself. */
  poke(): void {
    if (this.#ended) return;
    const now = this.#clock.now().getTime();
    const due: Due[] = [];
    let next: number | null = null;
    for (const entry of this.#entries()) {
      if (entry.at <= now) due.push(entry);
      else if (next === null || entry.at < next) next = entry.at;
    }
    // What they put in is seen when they end.
    for (const entry of due.sort((first, second) => first.at - second.at)) this.#start(entry);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (next === null || !this.#clock.runs || this.#advancing) return;
    this.#timer = setTimeout(() => this.poke(), Math.min(Math.max(0, next - now), longestTimer));
    this.#timer.unref();
  }

  /** Resolves when nothing runs and nothing is due now. */
  async idle(): Promise<void> {
    this.poke();
    while (this.#running.size > 0) {
      await Promise.allSettled(this.#running.values());
      this.poke();
    }
  }

  /** Puts the clock forward to `time`, from one entry to the next; each is done before time goes on. */
  async advance(time: number): Promise<void> {
    this.#advancing = true;
    try {
      for (;;) {
        await this.idle();
        const next = this.#next();
        if (next === null || next > time || this.#ended) break;
        this.#clock.set(next);
      }
      this.#clock.set(time);
    } finally {
      this.#advancing = false;
    }
    await this.idle();
  }

  /** Starts nothing more; resolves when what runs has ended, or after `patienceMs` of real time. */
  async end(patienceMs: number): Promise<void> {
    this.#ended = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((done) => {
      timer = setTimeout(done, patienceMs);
    });
    await Promise.race([Promise.allSettled(this.#running.values()), patience]);
    clearTimeout(timer);
  }

  *#entries(): Generator<Due> {
    for (const [id, value] of this.#shelf.all(collection)) {
      if (this.#running.has(id)) continue;
      const { at, kind, data } = value as { at: number; kind: string; data: JsonObject };
      yield { id, at, kind, data };
    }
  }

  #next(): number | null {
    let next: number | null = null;
    for (const { at } of this.#entries()) if (next === null || at < next) next = at;
    return next;
  }

  #start(due: Due): void {
    const handler = this.#handlers.get(due.kind);
    const before = this.#shelf.get(collection, due.id);
    if (handler === undefined || before === undefined) {
      this.#shelf.remove(collection, due.id);
      return;
    }
    const run = handler(due)
      .catch((error: unknown) => {
        if (!this.#ended) this.#failed(due, error);
      })
      .then(async () => {
        // The handler may have put the next of its kind under the same id.
        if (!this.#ended && this.#shelf.get(collection, due.id) === before) this.#shelf.remove(collection, due.id);
        this.#running.delete(due.id);
        await this.#shelf.flush().catch((error: unknown) => this.#failed(due, error));
        this.poke();
      });
    this.#running.set(due.id, run);
  }
}
