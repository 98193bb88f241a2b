import { resolve } from "node:path";
import type { OutputChoice } from "./command.ts";
import type { Io } from "./io.ts";

/** All that `--format` asks for: first on standard output, then in files, each whole, with their folders. */
export async function writeOutputs<O extends OutputChoice>(
  outputs: readonly O[],
  io: Io,
  textOf: (output: O) => string | Promise<string>,
): Promise<void> {
  for (const output of outputs) {
    const text = await textOf(output);
    if (output.file === null) await io.stdout.write(text);
    else {
      const { writeWithFolder } = await import("./write-file.ts");
      writeWithFolder(resolve(io.cwd, output.file), text, output.file);
    }
  }
}
