/**
 * The sandbox's clock. It goes by a base (the machine's time, or a test's), can be put forward, and can be stopped.
 * Everything that has a date or comes due goes by it.
 */
export class SandboxClock {
  readonly #base: () => Date;
  /** The base is the machine's clock, so waiting in real time brings what is due. */
  readonly #real: boolean;
  #offset = 0;
  #stoppedAt: number | null = null;

  constructor(base: (() => Date) | null) {
    this.#base = base ?? (() => new Date());
    this.#real = base === null;
  }

  readonly now = (): Date => new Date(this.#stoppedAt ?? this.#base().getTime() + this.#offset);

  /** Time passes by itself: timers may wait for it. */
  get runs(): boolean {
    return this.#real && this.#stoppedAt === null;
  }

  get stopped(): boolean {
    return this.#stoppedAt !== null;
  }

  /** Puts the clock to a time in milliseconds since the epoch; never back. */
  set(time: number): void {
    if (time <= this.now().getTime()) return;
    if (this.#stoppedAt === null) this.#offset = time - this.#base().getTime();
    else this.#stoppedAt = time;
  }

  stop(): void {
    this.#stoppedAt ??= this.now().getTime();
  }

  /** Goes on from where it stands. */
  resume(): void {
    if (this.#stoppedAt === null) return;
    this.#offset = this.#stoppedAt - this.#base().getTime();
    this.#stoppedAt = null;
  }

  /** What a restart needs to go on with the same time. */
  toJson(): { offset: number; stoppedAt: number | null } {
    return { offset: this.#offset, stoppedAt: this.#stoppedAt };
  }

  restore(kept: { offset: number; stoppedAt: number | null }): void {
    this.#offset = kept.offset;
    this.#stoppedAt = kept.stoppedAt;
  }
}
