/**
 * A program is made from a row of numbers: each says which way the grammar goes next, and 0 is always the plainest.
 * So fast-check's own shrinking of lists of numbers shrinks programs.
 */
export class Choices {
  readonly #row: readonly number[];
  #at = 0;

  constructor(row: readonly number[]) {
    this.#row = row;
  }

  /** 0 to n - 1. */
  below(n: number): number {
    const next = this.#row[this.#at++] ?? 0;
    return next % n;
  }

  /** True in one case of n. */
  one(n: number): boolean {
    return this.below(n) === n - 1;
  }

  of<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("nothing to choose from");
    return item;
  }

  get spent(): boolean {
    return this.#at >= this.#row.length;
  }
}
