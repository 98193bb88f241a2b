import { InputError } from "../model/problem.ts";

/** One problem of the command line, of a file as a whole, or of the environment: something without a line. */
export function inputError(message: string, mend: string | null): InputError {
  return new InputError([{ place: null, message, mend, excerpt: null }]);
}
