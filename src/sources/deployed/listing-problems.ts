import { cleanReason } from "../../clients/google-error.ts";
import { InputError, type Problem } from "../../model/problem.ts";

const mostShown = 20;

/** Gathers what is wrong with a listing in a file, so that all of it is said at once. */
export interface ListingProblems {
  /** @param line 1-based; null where the fault lies in no line. `text` is shown under it, so it must be no secret. */
  add(message: string, at?: { readonly line: number; readonly text?: string }): void;
  readonly count: number;
  /** Throws InputError where there was any problem. */
  settle(mend: string): void;
}

export function listingProblems(file: string): ListingProblems {
  const found: Omit<Problem, "mend">[] = [];
  let count = 0;
  return {
    add(message, at) {
      count += 1;
      if (found.length >= mostShown) return;
      const { line, text } = at ?? {};
      found.push({
        place: line === undefined ? null : { file, line, column: 1 },
        message,
        excerpt: line === undefined || text === undefined ? null : excerptOf(line, text),
      });
    },
    get count() {
      return count;
    },
    settle(mend) {
      if (count === 0) return;
      const problems: Problem[] = found.map((problem) => ({ ...problem, mend }));
      const more = count - found.length;
      if (more > 0) {
        problems.push({ place: null, message: `${more} more entries of the same kind`, mend: null, excerpt: null });
      }
      throw new InputError(problems);
    },
  };
}

/** An InputError of one problem of the whole file. */
export function listingError(file: string, message: string, mend: string, line = 1): InputError {
  return new InputError([{ place: { file, line }, message, mend, excerpt: null }]);
}

function excerptOf(line: number, text: string): string {
  const number = String(line);
  return `${number} | ${cleanReason(text)}\n${" ".repeat(number.length)} | ^`;
}

const functionName = /^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/;
const regionName = /^[a-z]+(?:-[a-z]+)+\d+$/;

export function isFunctionName(text: string | null): text is string {
  return text !== null && functionName.test(text);
}

/** Region ids have one form, also those that this release does not know yet: "europe-west1", "me-central2". */
export function isRegionName(text: string | null): text is string {
  return text !== null && regionName.test(text);
}
