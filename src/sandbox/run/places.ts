/**
 * Places for requests at the copies: as many as instances may run, times the requests that one takes at once. Who finds
 * none waits in turn, as at Google's front end; there, who waits too long is refused, and here nobody is.
 */
export class Places {
  readonly #copies = new Map<string, { taken: number; readonly waiting: (() => void)[] }>();

  /** Does the work in one of `places`; its time begins only then. */
  async use<Answer>(copy: string, places: number, work: () => Promise<Answer>): Promise<Answer> {
    const found = this.#copies.get(copy) ?? { taken: 0, waiting: [] };
    this.#copies.set(copy, found);
    if (found.taken < places) found.taken += 1;
    // The place of whoever leaves goes over to who waits longest.
    else await new Promise<void>((resolve) => found.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = found.waiting.shift();
      if (next === undefined) found.taken -= 1;
      else next();
      if (found.taken === 0) this.#copies.delete(copy);
    }
  }
}
