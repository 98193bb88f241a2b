import type { Problem } from "../model/problem.ts";
import { visible } from "../report/visible.ts";

/** All problems of the input, ready to print: place, what is wrong, the line it stands on, what to do. */
export function problemsText(problems: readonly Problem[]): string {
  return problems.map(problemText).join("");
}

function problemText({ place, message, mend, excerpt }: Problem): string {
  const where =
    place === null
      ? ""
      : `${visible(place.file)}:${place.line}${place.column === undefined ? "" : `:${place.column}`}: `;
  const lines = [`${where}${visible(message)}`];
  if (excerpt !== null) lines.push(...excerpt.split("\n").map((line) => `    ${visible(line)}`));
  if (mend !== null) lines.push(`  ${visible(sentence(mend))}`);
  return `${lines.join("\n")}\n`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!`]$/.test(text) ? "" : "."}`;
}

/** One sentence for an error nobody foresaw; where it came from only when more detail is asked for. */
export function unforeseenText(error: unknown, verbose: boolean): string {
  const message = error instanceof Error ? error.message : String(error);
  const detail = verbose && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : "";
  return `regions could not finish: ${visible(message.split("\n")[0] ?? "")}\n${detail}`;
}
