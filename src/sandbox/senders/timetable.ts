interface Row {
  readonly id: string;
  readonly at: number;
  /** Of rows of one time the one that was added first comes first. */
  readonly number: number;
}

/** Ids by their times, the earliest first: a heap, so that neither adding nor taking looks at all of them. */
export class Timetable {
  #rows: Row[] = [];
  #count = 0;

  add(id: string, at: number): void {
    this.#count += 1;
    const row: Row = { id, at, number: this.#count };
    let index = this.#rows.length;
    this.#rows.push(row);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const other = this.#rows[above];
      if (other === undefined || !isBefore(row, other)) break;
      this.#rows[index] = other;
      index = above;
    }
    this.#rows[index] = row;
  }

  first(): Row | null {
    return this.#rows[0] ?? null;
  }

  takeFirst(): void {
    const last = this.#rows.pop();
    if (last === undefined || this.#rows.length === 0) return;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      const [left, right] = [this.#rows[below], this.#rows[below + 1]];
      if (left === undefined) break;
      let smaller = left;
      if (right !== undefined && isBefore(right, left)) {
        smaller = right;
        below += 1;
      }
      if (!isBefore(smaller, last)) break;
      this.#rows[index] = smaller;
      index = below;
    }
    this.#rows[index] = last;
  }

  clear(): void {
    this.#rows = [];
  }
}

function isBefore(one: Row, other: Row): boolean {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}
