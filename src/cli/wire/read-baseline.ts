import { existsSync } from "node:fs";
import type { PlacedEntry } from "../../model/baseline.ts";
import { inputError } from "../input-error.ts";
import { readInput } from "./files.ts";

/**
 * What somebody chose to live with. Throws InputError where the file is missing or no baseline.
 * @param path absolute
 * @param file the path that places have
 * @param shown as typed
 */
export async function readBaseline(path: string, file: string, shown: string): Promise<readonly PlacedEntry[]> {
  if (!existsSync(path)) {
    throw inputError(`${shown} cannot be read: it does not exist.`, "Write a first one with `regions baseline write`.");
  }
  const { parseBaseline } = await import("../baseline-file.ts");
  return parseBaseline(readInput(path, shown).text, file);
}
