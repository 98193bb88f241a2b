import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
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
  let made = false;
  try {
    const mode = existsSync(target) ? modeOf(target) : null;
    // What only its owner could read must not be open to others for a moment.
    const handle = openSync(temporary, "wx", mode ?? 0o666);
    made = true;
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (mode !== null) chmodSync(temporary, mode);
    renameSync(temporary, target);
  } catch (error) {
    if (made) rmSync(temporary, { force: true });
    throw inputError(`${shown} cannot be written: ${reasonOf(error)}.`, null);
  }
}

/** The same, with the folder that it is in where there is none yet. */
export function writeWithFolder(path: string, text: string, shown: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw inputError(`${shown} cannot be written: ${reasonOf(error)}.`, null);
  }
  writeWhole(path, text, shown);
}

function modeOf(target: string): number {
  const stat = statSync(target);
  if (!stat.isFile()) throw new Error("it is no file");
  return stat.mode & 0o7777;
}
