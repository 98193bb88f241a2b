import { InputError } from "../../src/model/problem.ts";

/** What an action complains about, one block for each problem. Anything but InputError is thrown on. */
export function textOfProblems(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems
      .map(({ place, message, excerpt, mend }) => {
        const where = place === null ? "" : `${place.file}:${place.line}:${place.column}: `;
        return [`${where}${message}`, ...(excerpt === null ? [] : [excerpt]), ...(mend === null ? [] : [`  ${mend}`])];
      })
      .map((lines) => `${lines.join("\n")}\n`)
      .join("");
  }
  return "no problem\n";
}
