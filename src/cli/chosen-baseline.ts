import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { PlacedEntry } from "../model/baseline.ts";
import { inputError } from "./input-error.ts";
import type { Io } from "./io.ts";
import { readInput, shownPath } from "./wire/files.ts";

/** What somebody chose to live with. Throws InputError where the file is missing or no baseline. */
export async function chosenBaseline(file: string | null, root: string, io: Io): Promise<readonly PlacedEntry[]> {
  if (file === null) return [];
  const path = resolve(io.cwd, file);
  if (!existsSync(path)) {
    throw inputError(`${file} cannot be read: it does not exist.`, "Write a first one with `regions baseline write`.");
  }
  const { parseBaseline } = await import("./baseline-file.ts");
  return parseBaseline(readInput(path, file).text, shownPath(root, path));
}
