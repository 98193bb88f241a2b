/** A counted gate: at most `size` pieces of work at once, first come first served. */
export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createSlots(size: number): Slots {
  let free = size;
  const waiting: (() => void)[] = [];
  let head = 0;
  return {
    async run(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting[head];
        if (next === undefined) {
          free += 1;
        } else {
          head += 1;
          // Dropping the served ones now and then keeps the line short without shifting it at every step.
          if (head > 1024) {
            waiting.splice(0, head);
            head = 0;
          }
          next();
        }
      }
    },
  };
}
