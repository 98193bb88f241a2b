import { isAscii, isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Larger files are bundles or data, not source that a person keeps. */
export const maxBytes = 2 * 1024 * 1024;

/** What reading one file gave. `large` and `binary` were not read; `unreadable` is a gap. */
export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary" }
  | { readonly kind: "large"; readonly bytes: number }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Reads a file as text. Never throws. */
export function readText(root: string, file: string): FileText {
  const read = readBytes(root, file);
  return read.kind === "bytes" ? decode(read.bytes) : read;
}

/** Reads a file; the bytes are good until the next call. Never throws. */
export function readBytes(
  root: string,
  file: string,
): { readonly kind: "bytes"; readonly bytes: Buffer } | Exclude<FileText, { readonly kind: "text" }> {
  let handle: number | null = null;
  try {
    handle = openSync(`${root}/${file}`, forReading);
    let length = 0;
    for (;;) {
      // Most files are small, and asking for more than there is takes longer.
      const wanted = length === 0 ? usualBytes : room.length - length;
      const count = readSync(handle, room, length, wanted, null);
      length += count;
      // A file gives less than was asked for only at its end.
      if (count < wanted || length === room.length) break;
    }
    if (length > maxBytes) return { kind: "large", bytes: fstatSync(handle).size };
    return { kind: "bytes", bytes: room.subarray(0, length) };
  } catch (error) {
    // Links are not followed; what is no file at all holds no text.
    const reason = reasonOf(error);
    return reason === "its symbolic links form a loop" || reason === "it is a folder" || isNoFile(error)
      ? { kind: "binary" }
      : { kind: "unreadable", reason };
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** One buffer for all files: allocating one for each costs more than reading it. */
const room = Buffer.allocUnsafe(maxBytes + 1);
const usualBytes = 64 * 1024;

/** Without O_NONBLOCK a named pipe would wait for a writer; Windows has none of these. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A pipe that nobody writes to, a socket, a device. */
function isNoFile(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "EAGAIN" || code === "ENXIO" || code === "ENODEV";
}

/**
 * Text of bytes whose encoding nobody told us: UTF-8, UTF-16 by its byte order mark, and Latin-1 where the bytes are no
 * UTF-8. The mark is not part of the text.
 */
export function decode(bytes: Buffer): FileText {
  const encoding = encodingOf(bytes);
  if (encoding === "ascii") return { kind: "text", text: bytes.toString("latin1") };
  if (encoding === "utf8") {
    const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    return { kind: "text", text: bytes.toString("utf8", marked ? 3 : 0) };
  }
  const start = bytes.subarray(0, startBytes);
  const wide = markedEncoding(bytes) ?? wideEncoding(start);
  if (wide !== null) return { kind: "text", text: new TextDecoder(wide).decode(bytes) };
  return start.includes(0) ? { kind: "binary" } : { kind: "text", text: bytes.toString("latin1") };
}

/** The two encodings of almost all texts; "other": a rarer one, or no text. */
export function encodingOf(bytes: Buffer): "ascii" | "utf8" | "other" {
  if (markedEncoding(bytes) !== null) return "other";
  const zero = bytes.indexOf(0);
  if (zero !== -1 && zero < startBytes) {
    const start = bytes.subarray(0, startBytes);
    // A lone zero may stand in a string; with other control characters beside it, no person wrote this.
    if (wideEncoding(start) !== null || start.some((byte) => byte > 0 && byte < 7)) return "other";
  }
  if (isAscii(bytes)) return "ascii";
  return isUtf8(bytes) ? "utf8" : "other";
}

/** So much of a file tells what it is. */
const startBytes = 8192;

function markedEncoding(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}

/** UTF-16 without its mark: in text that is mostly ASCII every second byte is zero, and the others are not. */
function wideEncoding(start: Buffer): "utf-16le" | "utf-16be" | null {
  if (!start.includes(0)) return null;
  const zeros = [0, 0];
  for (let at = 0; at < start.length; at++) if (start[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const most = start.length * 0.4;
  if (odd > most && even < odd / 50) return "utf-16le";
  return even > most && odd < even / 50 ? "utf-16be" : null;
}

/** Error code as a sentence a person understands. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENOENT") return "it does not exist";
  if (code === "ELOOP") return "its symbolic links form a loop";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "a part of its path is no folder";
  if (code === "ENOSPC" || code === "EDQUOT") return "the disk is full";
  if (code === "EROFS") return "the file system is read-only";
  if (code === "ENAMETOOLONG") return "its name is too long";
  return code ?? (error instanceof Error ? error.message : String(error));
}

/** Offsets at which lines start, for `positionAt`. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** 1-based line and column (UTF-16 units) of an offset. */
export function positionAt(starts: readonly number[], offset: number): { line: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

/** Machine-made text: reading it as source would only yield noise. */
export function looksMinified(text: string): boolean {
  if (text.length < 5_000) return false;
  let lines = 1;
  let longest = 0;
  let from = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
    longest = Math.max(longest, at - from);
    from = at + 1;
    lines++;
  }
  longest = Math.max(longest, text.length - from);
  return longest > 5_000 && text.length / lines > 500;
}

/** The UTF-16 unit may stand in an ASCII name: letters, digits, "_" and "$". */
export function isWordPart(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36
  );
}
