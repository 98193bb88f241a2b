import { constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { GitState } from "./git-state.ts";

/** When a file was written (two clocks), how long it is, which one it is; and what it held, where it was just written. */
export type Stamp = readonly [modified: number, changed: number, size: number, inode: number, content: string | null];

/** What every look needs of the one before. */
export interface LookHead {
  /** Version of whatever made it: another one reads the same files otherwise. */
  readonly analyser: string;
  readonly root: string;
  /** What git saw of the tree; null where it could not be asked. */
  readonly git: GitState | null;
  /** Stamps of the files for which git does not answer. */
  readonly loose: Readonly<Record<string, Stamp>>;
  /** Words whose presence in a text decides whether the file is read. */
  readonly words: readonly string[];
  readonly results: Readonly<Record<string, unknown>>;
}

/** What a look needs where something has changed. */
export interface LookBody {
  /** Every listed file, and which of them are committed ("1") or not ("0"); "" where no repository says. */
  readonly files: string;
  readonly committed: string;
  /** The first four numbers of each file's stamp. */
  readonly stamps: readonly number[];
  /** Indexes of files that were just written, with what they held. */
  readonly young: Readonly<Record<string, string>>;
  /** Indexes of files whose content went into a result. */
  readonly touched: readonly number[];
  /** What each other file imports, hashed; by index. */
  readonly imports: Readonly<Record<string, string>>;
}

export interface StoredLook {
  readonly head: LookHead;
  /** Null where it is damaged. Most looks do without it. */
  readonly body: () => LookBody | null;
}

/** A named pipe would wait for a writer for ever; Windows has none. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Two lines, each after its checksum, so that a damaged one is never believed. */
export function readLook(path: string): StoredLook | null {
  try {
    const bytes = readFileSync(path, { flag: forReading });
    const end = bytes.indexOf(10);
    const head = parsed<LookHead>(bytes.subarray(0, end));
    if (head === null) return null;
    return { head, body: () => parsed<LookBody>(bytes.subarray(end + 1)) };
  } catch {
    return null;
  }
}

function parsed<T>(line: Buffer): T | null {
  const end = line.indexOf(32);
  const json = line.subarray(end + 1);
  if (String(crc32(json)) !== line.toString("latin1", 0, end)) return null;
  return JSON.parse(json.toString("utf8")) as T;
}

/** Whole or not at all: another process may read it at any time. A look that cannot be kept is no failure. */
export function writeLook(path: string, head: LookHead, body: LookBody): void {
  const draft = `${path}.${process.pid}`;
  try {
    makeFolder(dirname(path));
    writeFileSync(draft, `${line(head)}\n${line(body)}`, { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // Nothing was written that could be left over.
    }
  }
}

function line(value: LookHead | LookBody): string {
  const json = JSON.stringify(value);
  return `${crc32(json)} ${json}`;
}

/** Node's own way of making a folder and its parents never ends where the system makes none, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (folder !== dirname(folder)) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw error;
  }
}
