import { didYouMean } from "../manifest/nearest.ts";
import { InputError, type Problem } from "../model/problem.ts";
import { type Command, type OptionSpec, type OutputChoice, values } from "./command.ts";

const usual: readonly string[] = ["text", "json"];

/** `--format` of a command that prints `more` besides text and json. */
export function formatOption(more: readonly string[]): OptionSpec<readonly string[]> {
  const choices = `(choices: ${[...usual, ...more].map((one) => `"${one}"`).join(", ")})`;
  const what =
    more.length === 0
      ? "what standard output carries"
      : "what standard output carries; FORMAT=FILE writes a file beside it, and may stand several times";
  return values("--format <format>", `${what} ${choices}`);
}

/**
 * What `--format` asks for, standard output first: text where nothing else goes there. A command that has no more than
 * the usual formats takes the last one, and writes no files. Throws InputError with all that is wrong.
 */
export function readOutputs(given: readonly string[], { name, formats = [] }: Command): readonly OutputChoice[] {
  const choices = [...usual, ...formats];
  const problems: Problem[] = [];
  const refuse = (message: string, mend: string) => problems.push({ place: null, message, mend, excerpt: null });
  const bare: string[] = [];
  const files = new Map<string, string>();
  for (const word of given) {
    const at = formats.length === 0 ? -1 : word.indexOf("=");
    const format = at < 0 ? word : word.slice(0, at);
    if (!choices.includes(format)) {
      refuse(
        `Option '--format <format>' argument '${word}' is invalid. Allowed choices are ${choices.join(", ")}.`,
        didYouMean(format, choices) ?? `See \`regions ${name} --help\`.`,
      );
      continue;
    }
    const file = word.slice(at + 1);
    if (at < 0 || file === "-") bare.push(format);
    else if (file === "") refuse(`--format ${word} names no file.`, `Write it as ${format}=FILE.`);
    else if (files.has(file)) refuse(`--format writes ${file} twice.`, "Give each format a file of its own.");
    else files.set(file, format);
  }
  if (formats.length > 0 && new Set(bare).size > 1) {
    refuse(
      `--format sends ${bare.join(" and ")} to standard output.`,
      `Write all but one of them to files: --format ${bare[0]}=FILE.`,
    );
  }
  if (problems.length > 0) throw new InputError(problems);
  const onStdout = { format: bare.at(-1) ?? "text", file: null };
  return [onStdout, ...[...files].map(([file, format]) => ({ format, file }))];
}
