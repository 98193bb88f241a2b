import type { GlobalOptions } from "./command.ts";
import type { Io } from "./io.ts";

/** One line on a terminal that says what a slow command is waiting for. */
export interface Progress {
  /** Runs the work; while it runs, `label` is among what is waited for. */
  during<T>(label: string, work: () => Promise<T>): Promise<T>;
}

/** Shorter waits are over before a line could be read. */
const patienceMilliseconds = 500;

/**
 * Progress for people: nothing in the first half second, nothing where standard error is no terminal, in CI, or with
 * `--quiet`. The line is wiped when the last piece of work is done.
 */
export function createProgress(io: Io, global: GlobalOptions): Progress {
  const wanted = io.stderr.isTerminal && !global.quiet && (io.env.CI ?? "") === "" && io.env.TERM !== "dumb";
  const under = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let shown = false;

  const draw = () => {
    shown = true;
    const width = Math.max(20, (io.stderr.columns ?? 80) - 1);
    const line = `reading ${[...under].join(", ")} ...`;
    void io.stderr.write(`\r\u001b[K${line.slice(0, width)}`);
  };
  const done = async (label: string) => {
    under.delete(label);
    if (under.size > 0) {
      if (shown) draw();
      return;
    }
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (shown) await io.stderr.write("\r\u001b[K");
    shown = false;
  };

  return {
    async during(label, work) {
      if (!wanted) return work();
      under.add(label);
      timer ??= setTimeout(draw, patienceMilliseconds);
      try {
        return await work();
      } finally {
        await done(label);
      }
    },
  };
}
