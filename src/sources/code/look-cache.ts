import { createHash } from "node:crypto";
import { constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type FileList, listFiles } from "./files.ts";
import { importClauses, importsHash } from "./import-clauses.ts";
import type { Project } from "./project.ts";
import { readText } from "./text.ts";

/** What was seen of a tree at one look, and what came of it. */
interface Stored {
  /** Version of whatever made it: another one reads the same files otherwise. */
  readonly analyser: string;
  readonly root: string;
  /** Every listed file, and which of them are committed ("1") or not ("0"); "" where no repository says. */
  readonly files: string;
  readonly committed: string;
  /** Four numbers a file: when it was written (two clocks), how long it is, which one it is. */
  readonly stamps: readonly number[];
  /** Indexes of files with a stamp so young that a later write may leave the same one, with what they held. */
  readonly young: Readonly<Record<string, string>>;
  /** Indexes of files whose content went into a result. */
  readonly touched: readonly number[];
  /** Words whose presence in a text decides whether the file is read. */
  readonly words: readonly string[];
  /** What each other file imports, hashed; by index. */
  readonly imports: Readonly<Record<string, string>>;
  readonly results: Readonly<Record<string, unknown>>;
}

/** A stamp younger than this may be met again by a later write. */
const youngMs = 2_000;

/**
 * Remembers what was read from a tree while nothing that went into it changes. A file counts as unchanged while its
 * two time stamps, its size and its inode are; a changed one that never mattered and still says nothing that does is
 * passed over. Anything else, and any doubt about the cache's own file, means reading anew.
 */
export class LookCache {
  readonly list: FileList;
  readonly #root: string;
  readonly #path: string | null;
  readonly #analyser: string;
  readonly #stamps: readonly number[];
  readonly #started: number;
  readonly #before: Stored | null;
  readonly #results = new Map<string, unknown>();
  #tree: Project | null = null;
  #stale = false;

  /** @param path The cache's file; null: nothing is remembered. @param now Milliseconds since the epoch. */
  constructor(root: string, path: string | null, analyser: string, now: number) {
    this.list = listFiles(root);
    this.#root = root;
    this.#analyser = analyser;
    this.#started = now;
    // What may not be opened today may be opened tomorrow, and no stamp of it changes.
    this.#path = this.list.unreadable.length > 0 ? null : path;
    this.#stamps = this.#path === null ? [] : stampsOf(root, this.list.files);
    this.#before = this.#path === null ? null : this.#valid(readStored(this.#path));
  }

  /** The tree that results are computed from, shared by all of them. */
  async tree(): Promise<Project> {
    // Loads the parser, which a look that remembers everything does not need.
    const { Project } = await import("./project.ts");
    this.#tree ??= new Project(this.#root, this.list);
    return this.#tree;
  }

  /** The result of an earlier look, or what `compute` gives. `key` names all that the result depends on but files. */
  async remembered<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#before?.results[key];
    if (known !== undefined) return known as T;
    const made = await compute();
    this.#results.set(key, made);
    return made;
  }

  /** Writes what was computed, for the next look. A cache that cannot be written is no failure. */
  save(): void {
    if (this.#path === null || (this.#results.size === 0 && !this.#stale)) return;
    const { files } = this.list;
    const index = new Map(files.map((file, at) => [file, at]));
    const before = this.#before;
    const touched = new Set(before?.touched ?? []);
    for (const file of this.#tree?.trace.touched ?? []) {
      const at = index.get(file);
      if (at !== undefined) touched.add(at);
    }
    const imports: Record<string, string> = { ...before?.imports };
    for (const [file, hash] of this.#tree?.trace.imports ?? []) imports[String(index.get(file) ?? -1)] = hash;
    const stored: Stored = {
      analyser: this.#analyser,
      root: this.#root,
      files: files.join("\0"),
      committed: committedOf(this.list),
      stamps: this.#stamps,
      young: this.#young(),
      touched: [...touched],
      words: [...new Set([...(before?.words ?? []), ...(this.#tree?.trace.words ?? [])])],
      imports,
      results: { ...before?.results, ...Object.fromEntries(this.#results) },
    };
    writeStored(this.#path, stored);
  }

  #young(): Record<string, string> {
    const young: Record<string, string> = {};
    this.list.files.forEach((file, at) => {
      const newest = Math.max(this.#stamps[at * 4] ?? 0, this.#stamps[at * 4 + 1] ?? 0);
      if (newest > this.#started - youngMs) young[at] = hashOf(this.#root, file);
    });
    return young;
  }

  /** The stored look, if all of it still holds. */
  #valid(stored: Stored | null): Stored | null {
    if (stored === null || stored.analyser !== this.#analyser || stored.root !== this.#root) return null;
    const { files } = this.list;
    if (stored.files !== files.join("\0") || stored.committed !== committedOf(this.list)) return null;
    const touched = new Set(stored.touched);
    for (let at = 0; at < files.length; at++) {
      const file = files[at] ?? "";
      const same = [0, 1, 2, 3].every((part) => stored.stamps[at * 4 + part] === this.#stamps[at * 4 + part]);
      const young = stored.young[at];
      if (same && (young === undefined || young === hashOf(this.#root, file))) continue;
      if (touched.has(at) || !this.#idle(file, stored, stored.imports[at])) return null;
      this.#stale = true;
    }
    return stored;
  }

  /** The file, as it is now, says nothing that decides anything, and imports what it did. */
  #idle(file: string, stored: Stored, imports: string | undefined): boolean {
    const text = readText(this.#root, file);
    if (text.kind !== "text") return false;
    if (stored.words.some((word) => text.text.includes(word))) return false;
    return imports === undefined || imports === importsHash(importClauses(text.text));
  }
}

/** NaN is never equal to itself: a file that cannot be asked is never unchanged. */
function stampsOf(root: string, files: readonly string[]): number[] {
  const stamps: number[] = [];
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    if (stat === undefined) stamps.push(Number.NaN, Number.NaN, Number.NaN, Number.NaN);
    else stamps.push(stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino);
  }
  return stamps;
}

function committedOf({ files, committed }: FileList): string {
  return committed === null ? "" : files.map((file) => (committed.has(file) ? "1" : "0")).join("");
}

function hashOf(root: string, file: string): string {
  try {
    return createHash("sha256")
      .update(readFileSync(join(root, file)))
      .digest("base64");
  } catch {
    return "unreadable";
  }
}

/** A named pipe would wait for a writer for ever; Windows has none. */
const forReading = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** First line: the hash of all that follows, so that a damaged file is never believed. */
function readStored(path: string): Stored | null {
  try {
    const text = readFileSync(path, { encoding: "utf8", flag: forReading });
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    if (createHash("sha256").update(body).digest("base64") !== text.slice(0, end)) return null;
    return JSON.parse(body) as Stored;
  } catch {
    return null;
  }
}

/** Whole or not at all: another process may read it at any time. */
function writeStored(path: string, stored: Stored): void {
  const body = JSON.stringify(stored);
  const draft = `${path}.${process.pid}`;
  try {
    makeFolder(dirname(path));
    writeFileSync(draft, `${createHash("sha256").update(body).digest("base64")}\n${body}`, { mode: 0o600 });
    renameSync(draft, path);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // Nothing was written that could be left over.
    }
  }
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
