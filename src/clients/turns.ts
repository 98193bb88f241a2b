/** Runs pieces of heavy synchronous work, at most one per turn of the event loop, the heaviest that waits first. */
export interface Turns {
  run<T>(weight: number, work: () => T): Promise<T>;
}

/**
 * For parsing many answers that arrive at once. Parsed as they come, they would keep the event loop from sending the
 * next request for as long as all of them take. The heaviest goes first, because a full page is the one with a next.
 */
export function createTurns(): Turns {
  const waiting: { readonly weight: number; readonly start: () => void }[] = [];
  let scheduled = false;

  function turn(): void {
    let heaviest = 0;
    for (let index = 1; index < waiting.length; index += 1) {
      if ((waiting[index]?.weight ?? 0) > (waiting[heaviest]?.weight ?? 0)) heaviest = index;
    }
    const [next] = waiting.splice(heaviest, 1);
    scheduled = waiting.length > 0;
    if (scheduled) setImmediate(turn);
    next?.start();
  }

  return {
    run: (weight, work) =>
      new Promise((resolve, reject) => {
        const start = () => {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        };
        waiting.push({ weight, start });
        if (scheduled) return;
        scheduled = true;
        setImmediate(turn);
      }),
  };
}
