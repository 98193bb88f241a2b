/** Virtual time: what is to happen at which moment, and nothing in between. */
export interface Timeline {
  /** Milliseconds since the epoch. */
  now(): number;
  at(time: number, what: () => void): void;
  after(ms: number, what: () => void): void;
  /** Lets time pass, and everything happen that is due meanwhile, in order. */
  advance(ms: number): void;
}

interface Due {
  readonly time: number;
  readonly order: number;
  readonly what: () => void;
}

export function createTimeline(start: number): Timeline {
  const heap: Due[] = [];
  let now = start;
  let count = 0;
  const isBefore = (a: Due, b: Due): boolean => a.time < b.time || (a.time === b.time && a.order < b.order);

  function push(due: Due): void {
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const [above, below] = [heap[parent] as Due, heap[at] as Due];
      if (!isBefore(below, above)) break;
      heap[parent] = below;
      heap[at] = above;
      at = parent;
    }
  }

  function pop(): Due | undefined {
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && isBefore(heap[child] as Due, heap[least] as Due)) least = child;
      }
      if (least === at) return top;
      const [a, b] = [heap[at] as Due, heap[least] as Due];
      heap[at] = b;
      heap[least] = a;
      at = least;
    }
  }

  return {
    now: () => now,
    at(time, what) {
      count += 1;
      push({ time: Math.max(time, now), order: count, what });
    },
    after(ms, what) {
      this.at(now + ms, what);
    },
    advance(ms) {
      const end = now + ms;
      while (heap[0] !== undefined && heap[0].time <= end) {
        const due = pop() as Due;
        now = due.time;
        due.what();
      }
      now = Math.max(now, end);
    },
  };
}
