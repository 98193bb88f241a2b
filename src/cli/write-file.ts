import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { reasonOf } from "../sources/code/text.ts";
import { inputError } from "./input-error.ts";

/**
 * Writes a file whole or not at all: into a temporary neighbour, flushed, then renamed over it. A symbolic link stays
 * one and its target is replaced; permissions of an existing file stay. Throws InputError when that is not possible.
 * @param shown the path as the user wrote it, for messages
 */
export function writeWhole(path: string, text: string, shown: string): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.${randomBytes(6).toString("hex")}.regions-tmp`);
  try {
    if (existsSync(target) && !statSync(target).isFile()) throw new Error("it is no file");
    const handle = openSync(temporary, "wx");
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (existsSync(target)) chmodSync(temporary, statSync(target).mode & 0o7777);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw inputError(`${shown} cannot be written: ${reasonOf(error)}.`, null);
  }
}
