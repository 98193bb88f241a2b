import type { GlobalOptions } from "./command.ts";
import type { Io } from "./io.ts";

/** A line on a terminal that says how far something long is. */
export interface Counter {
  tell(done: number, all: number): void;
  /** Wipes the line where one stands. */
  clear(): void;
}

/** Drawn no more often than this: a line that flickers says nothing. */
const restMilliseconds = 100;

/** Nothing where standard error is no terminal, in CI, or with `--quiet`. `noun` is what is counted, in the plural. */
export function createCounter(io: Io, global: Pick<GlobalOptions, "quiet">, noun: string): Counter {
  const isWanted = io.stderr.isTerminal && !global.quiet && (io.env.CI ?? "") === "" && io.env.TERM !== "dumb";
  let drawn: number | null = null;
  return {
    tell(done, all) {
      const now = io.now().getTime();
      if (!isWanted || (drawn !== null && now - drawn < restMilliseconds)) return;
      drawn = now;
      const width = Math.max(20, (io.stderr.columns ?? 80) - 1);
      void io.stderr.write(`\r\u001b[K${`${done} of ${all} ${noun} ...`.slice(0, width)}`);
    },
    clear() {
      if (drawn !== null) void io.stderr.write("\r\u001b[K");
      drawn = null;
    },
  };
}
