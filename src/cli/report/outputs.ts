import type { OutputChoice } from "../command.ts";
import { inputError } from "../input-error.ts";

export const documentFormats = ["markdown", "html"] as const;
type DocumentFormat = (typeof documentFormats)[number] | "json";

/** A rendering, and where it goes; `file` null = standard output. */
export interface DocumentOutput {
  readonly format: DocumentFormat;
  readonly file: string | null;
}

const byEnd: ReadonlyMap<string, DocumentFormat> = new Map([
  ["html", "html"],
  ["htm", "html"],
  ["json", "json"],
  ["md", "markdown"],
  ["markdown", "markdown"],
]);

/**
 * What is written where: the format that is named, else the one that the file's name ends with, else Markdown. Where
 * every document goes to a file, standard output carries none. Throws InputError where two go to one file.
 */
export function documentOutputs(output: string | null, chosen: readonly OutputChoice[]): readonly DocumentOutput[] {
  const files = chosen.filter(({ file }) => file !== null);
  const named = chosen.find(({ file }) => file === null)?.format ?? "text";
  const file = output === "-" ? null : output;
  const outputs: DocumentOutput[] = files.map((one) => ({ ...one, format: formatOf(one.format) }));
  if (output === null && named === "text" && files.length > 0) return outputs;
  if (file !== null && files.some((one) => one.file === file)) {
    throw inputError(`${file} is to be written twice.`, "Give each format a file of its own.");
  }
  const ending = file === null ? null : byEnd.get(file.slice(file.lastIndexOf(".") + 1).toLowerCase());
  return [{ format: named === "text" ? (ending ?? "markdown") : formatOf(named), file }, ...outputs];
}

/** Text is Markdown: it reads well as it is. */
function formatOf(format: string): DocumentFormat {
  return format === "html" || format === "json" ? format : "markdown";
}
