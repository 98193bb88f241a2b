/**
 * What a generator gives, made once and as far as somebody asks for it. Who asks for it from inside the generator gets
 * nothing.
 */
export class Replay<T> implements Iterable<T> {
  readonly #made: T[] = [];
  #rest: Iterator<T> | null;
  #atWork = false;

  constructor(rest: Iterator<T>) {
    this.#rest = rest;
  }

  *[Symbol.iterator](): Generator<T> {
    if (this.#atWork) return;
    for (let at = 0; ; at++) {
      if (at === this.#made.length) this.#more();
      const item = this.#made[at];
      if (item === undefined) return;
      yield item;
    }
  }

  #more(): void {
    if (this.#rest === null) return;
    this.#atWork = true;
    try {
      const next = this.#rest.next();
      if (next.done === true) this.#rest = null;
      else this.#made.push(next.value);
    } finally {
      this.#atWork = false;
    }
  }
}
