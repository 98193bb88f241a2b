import type { Place } from "./place.ts";

/** Something wrong with what the user gave: a file, a flag, an environment variable. */
export interface Problem {
  readonly place: Place | null;
  /** What is wrong and why, one sentence. */
  readonly message: string;
  /** What to do, one sentence ("did you mean europe-west3?"); null when nothing helpful is known. */
  readonly mend: string | null;
  /** The line with a pointer under the column, ready to print; null without a place. */
  readonly excerpt: string | null;
}

/** The only error that commands turn into text by themselves: all problems at once, never a stack trace. */
export class InputError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "InputError";
    this.problems = problems;
  }
}

/** What was asked for was right, and could not be done: a file that may not be written, or that changed meanwhile. */
export class ActionError extends InputError {}
