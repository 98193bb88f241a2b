import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { reasonOf } from "../sources/code/text.ts";
import type { OutputChoice } from "./command.ts";
import { inputError } from "./input-error.ts";
import type { Io } from "./io.ts";

/** All that `--format` asks for: first on standard output, then in files, each whole, with their folders. */
export async function writeOutputs(
  outputs: readonly OutputChoice[],
  io: Io,
  textOf: (output: OutputChoice) => string | Promise<string>,
): Promise<void> {
  for (const output of outputs) {
    const text = await textOf(output);
    if (output.file === null) await io.stdout.write(text);
    else await writeWithFolder(resolve(io.cwd, output.file), text, output.file);
  }
}

async function writeWithFolder(path: string, text: string, shown: string): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw inputError(`${shown} cannot be written: ${reasonOf(error)}.`, null);
  }
  const { writeWhole } = await import("./write-file.ts");
  writeWhole(path, text, shown);
}
