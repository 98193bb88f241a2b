/** What a command may touch of the world around it. `bin` builds the real one; tests build theirs. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path. */
  readonly cwd: string;
  /** Aborted by Ctrl-C and by signals that ask to end. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Version of the program; left out where it is not known. */
  readonly version?: () => string;
  /** Asks whoever sits at the terminal, and resolves to the answer; missing or null where nobody does. */
  readonly ask?: ((question: string) => Promise<string>) | null;
  /** False: credentials come from `env` alone, and nothing of the machine is asked for them. Left out: true. */
  readonly asksTheMachine?: boolean;
}

export interface Output {
  /** Resolves when the text has been handed to the operating system, or when nobody reads any longer. */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
  /** Width in columns; null when it is no terminal. */
  readonly columns: number | null;
}

const widthOfFiles = 100;

/** Columns to wrap at: the terminal's, else COLUMNS, else 100; never below 40, where wrapping only hurts. */
export function widthOf(io: Io): number {
  const told = Number.parseInt(io.env.COLUMNS ?? "", 10);
  const width = io.stdout.columns ?? (Number.isNaN(told) ? widthOfFiles : told);
  return Math.max(40, width);
}

/** Colours only on a terminal, and not where NO_COLOR, `--no-color` or a dumb terminal says no. FORCE_COLOR says yes. */
export function wantsColor(io: Io, flag: boolean): boolean {
  if (!flag || (io.env.NO_COLOR ?? "") !== "") return false;
  const forced = io.env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return io.stdout.isTerminal && io.env.TERM !== "dumb";
}
