import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { InputError } from "../../model/problem.ts";
import { decode, reasonOf } from "../../sources/code/text.ts";
import { inputError } from "../input-error.ts";

/** Text longer than this is no string in JavaScript. */
const mostBytes = 500 * 1024 * 1024;
/** Without O_NONBLOCK a named pipe would wait for a writer for ever. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface InputFile {
  readonly text: string;
  /** RFC 3339. */
  readonly modified: string;
}

/**
 * A file that the user named, as text whatever its encoding (UTF-8, UTF-16, Latin-1). Throws InputError when it is
 * missing, unreadable, too large or binary.
 * @param shown the path as the user wrote it, for messages
 */
export function readInput(path: string, shown: string): InputFile {
  let bytes: Buffer;
  let modified: string;
  let handle: number | null = null;
  try {
    handle = openSync(path, forReading);
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw inputError(`${shown} is no file.`, "Name a file.");
    if (stat.size > mostBytes)
      throw inputError(`${shown} is larger than 500 MB.`, "Split it, or check that it is the right file.");
    bytes = readFileSync(handle);
    modified = stat.mtime.toISOString();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw inputError(`${shown} cannot be read: ${reasonOf(error)}.`, null);
  } finally {
    if (handle !== null) closeSync(handle);
  }
  const decoded = decode(bytes);
  if (decoded.kind !== "text") throw inputError(`${shown} is not a text file.`, "Check that it is the right file.");
  return { text: decoded.text, modified };
}

/** A path below `root` as reports show it: relative, with "/". */
export function shownPath(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

/** The absolute path of a place's file, or null when it points out of `root`: a snapshot may come from anywhere. */
export function withinRoot(root: string, file: string): string | null {
  const path = resolve(root, file);
  return path.startsWith(root.endsWith(sep) ? root : root + sep) ? path : null;
}
