import { readFileSync, statSync } from "node:fs";
import { contentHash } from "./content-hash.ts";
import { type FileList, listFiles } from "./files.ts";
import { gitPatienceMs } from "./git.ts";
import { type GitState, gitState } from "./git-state.ts";
import { importClauses, importsHash } from "./import-clauses.ts";
import { type LookBody, type LookHead, readLook, type Stamp, type StoredLook, writeLook } from "./look-file.ts";
import type { Project } from "./project.ts";
import { readText } from "./text.ts";

/** A stamp younger than this may be met again by a later write. */
const youngMs = 2_000;

/** So many files that changed and say nothing are looked at by every look, rather than remembered by one. */
const manyChanged = 20;

/** Files with their stamps, four numbers each, and what those held that were just written, by index. */
interface Listed {
  readonly list: FileList;
  readonly stamps: readonly number[];
  readonly young: Readonly<Record<string, string>>;
}

/** What is known of the tree before anything of it is read. */
interface Ground {
  readonly git: GitState | null;
  /** Null: git says what has changed since the look before, so nobody has listed the files yet. */
  readonly listed: Listed | null;
  /** Stamps of files for which git does not answer. */
  readonly loose: Readonly<Record<string, Stamp>>;
}

/**
 * Remembers what was read from a tree while nothing that went into it changes. Git is asked what differs from its index;
 * where it cannot be, a file counts as unchanged while its two time stamps, its size and its inode are. A changed one
 * that never mattered and still says nothing that does is passed over. Anything else, and any doubt about the cache's
 * own file, means reading anew.
 */
export class LookCache {
  readonly #root: string;
  /** Null: nothing is remembered. */
  #path: string | null;
  readonly #analyser: string;
  readonly #results = new Map<string, unknown>();
  #ground: Ground;
  /** Files that have changed since the look before, and do not matter. */
  #passed: ReadonlySet<string> = new Set();
  #before: StoredLook | null = null;
  #tree: Project | null = null;
  /** The look before holds, and its file does not say so of the tree as it is now. */
  #stale = false;

  private constructor(root: string, path: string | null, analyser: string, ground: Ground) {
    this.#root = root;
    this.#path = path;
    this.#analyser = analyser;
    this.#ground = ground;
  }

  /**
   * @param path The cache's file; null: nothing is remembered. @param now Milliseconds since the epoch.
   * @param prepare Called where nothing is remembered, to make ready for reading while git is at work.
   */
  static async open(
    root: string,
    path: string | null,
    analyser: string,
    now: number,
    prepare: () => Promise<unknown> = async () => {},
  ): Promise<LookCache> {
    if (path === null) {
      const [list] = await Promise.all([listFiles(root), prepare()]);
      const listed = { list, stamps: [], young: {} };
      return new LookCache(root, null, analyser, { git: null, listed, loose: {} });
    }
    const asked = gitState(root, gitPatienceMs, now);
    const found = readLook(path);
    const known = found?.head.analyser === analyser && found.head.root === root ? found : null;
    const [git, early] = await Promise.all([
      asked,
      known?.head.git ? null : listFiles(root),
      known === null ? prepare() : null,
    ]);
    if (git !== null && known !== null && isSameIndex(git, known.head.git)) {
      const cache = new LookCache(root, path, analyser, { git, listed: null, loose: looseOf(root, git, now) });
      if (cache.#holdsByGit(known, git)) return cache;
    }
    const list = early ?? (await listFiles(root));
    const stamps = stampsOf(root, list.files);
    const watched = list.watched ? git : null;
    // What may not be opened today may be opened tomorrow, and no stamp of it changes.
    const cache = new LookCache(root, list.unreadable.length > 0 ? null : path, analyser, {
      git: watched,
      listed: { list, stamps, young: youngOf(root, list.files, stamps, now) },
      loose: watched === null ? {} : looseOf(root, watched, now),
    });
    if (known !== null) cache.#holdsByStamps(known, list, stamps);
    return cache;
  }

  /** The tree that results are computed from, shared by all of them. */
  async tree(): Promise<Project> {
    // Loads the parser, which a look that remembers everything does not need.
    const { Project } = await import("./project.ts");
    this.#tree ??= new Project(this.#root, (await this.#listed()).list);
    return this.#tree;
  }

  /** The result of an earlier look, or what `compute` gives. `key` names all that the result depends on but files. */
  async remembered<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#before?.head.results[key];
    if (known !== undefined) return known as T;
    const made = await compute();
    this.#results.set(key, made);
    return made;
  }

  /** Writes what was computed, for the next look. A cache that cannot be written is no failure. */
  async save(): Promise<void> {
    if (this.#path === null || (this.#results.size === 0 && !this.#stale)) return;
    const { list, stamps, young } = await this.#listed();
    // Its list of files was damaged, and another one was made later than what it says.
    if (this.#path === null) return;
    const { files } = list;
    const index = new Map(files.map((file, at) => [file, at]));
    const head = this.#before?.head;
    const body = this.#before?.body() ?? null;
    const touched = new Set(body?.touched ?? []);
    for (const file of this.#tree?.trace.touched ?? []) {
      const at = index.get(file);
      if (at !== undefined) touched.add(at);
    }
    const imports: Record<string, string> = { ...body?.imports };
    for (const file of this.#tree?.trace.imports ?? []) {
      const read = this.#tree?.glance(file);
      if (read?.kind === "text") imports[String(index.get(file) ?? -1)] = importsHash(importClauses(read.text));
    }
    const newHead: LookHead = {
      analyser: this.#analyser,
      root: this.#root,
      git: this.#ground.git,
      loose: this.#ground.loose,
      words: [...new Set([...(head?.words ?? []), ...(this.#tree?.trace.words ?? [])])],
      results: { ...head?.results, ...Object.fromEntries(this.#results) },
    };
    const newBody: LookBody = {
      files: files.join("\0"),
      committed: committedOf(list),
      stamps,
      young,
      touched: [...touched],
      imports,
    };
    writeLook(this.#path, newHead, newBody);
  }

  /** Where git has answered, the files are those of the look before. */
  async #listed(): Promise<Listed> {
    if (this.#ground.listed !== null) return this.#ground.listed;
    const body = this.#before?.body() ?? null;
    let listed: Listed;
    if (body === null) {
      listed = { list: await listFiles(this.#root), stamps: [], young: {} };
      this.#path = null;
    } else {
      const files = body.files === "" ? [] : body.files.split("\0");
      const committed = body.committed === "" ? null : new Set(files.filter((_, at) => body.committed[at] === "1"));
      // What has changed and does not matter is looked at again next time.
      const stamps = body.stamps.map((stamp, at) =>
        this.#passed.has(files[Math.floor(at / 4)] ?? "") ? Number.NaN : stamp,
      );
      listed = { list: { files, committed, unreadable: [], watched: true }, stamps, young: body.young };
    }
    this.#ground = { ...this.#ground, listed };
    return listed;
  }

  /** The stored look, if what git says has changed since, and what git does not know, does not matter. */
  #holdsByGit(stored: StoredLook, git: GitState): boolean {
    const before = stored.head.git?.changed ?? [];
    const news = new Set([...difference(git.changed, before), ...difference(before, git.changed)]);
    // A file that has gone, or come back, makes another list of files.
    if ([...news].some((entry) => !entry.startsWith("M"))) return false;
    const changed = new Set([...news].map((entry) => entry.slice(1)));
    const { loose } = this.#ground;
    for (const file of new Set([...Object.keys(loose), ...Object.keys(stored.head.loose)])) {
      if (!isSameStamp(this.#root, file, stored.head.loose[file], loose[file])) changed.add(file);
    }
    if (changed.size > 0) {
      const body = stored.body();
      if (body === null) return false;
      const index = new Map(body.files.split("\0").map((file, at) => [file, at]));
      const touched = new Set(body.touched);
      for (const file of changed) {
        const at = index.get(file);
        if (at === undefined) continue;
        if (touched.has(at) || !this.#idle(file, stored.head.words, body.imports[at])) return false;
      }
      this.#stale = changed.size > manyChanged;
      this.#passed = changed;
    }
    this.#before = stored;
    return true;
  }

  /** The stored look, if no file that matters has another stamp. */
  #holdsByStamps(stored: StoredLook, list: FileList, stamps: readonly number[]): void {
    const body = this.#path === null ? null : stored.body();
    const { files } = list;
    if (body === null || body.files !== files.join("\0") || body.committed !== committedOf(list)) return;
    const touched = new Set(body.touched);
    for (let at = 0; at < files.length; at++) {
      const file = files[at] ?? "";
      const same = [0, 1, 2, 3].every((part) => body.stamps[at * 4 + part] === stamps[at * 4 + part]);
      const young = body.young[at];
      if (same && (young === undefined || young === contentOf(this.#root, file))) continue;
      if (touched.has(at) || !this.#idle(file, stored.head.words, body.imports[at])) return;
      this.#stale = true;
    }
    // Git could not answer for the look before, or sees its index for the first time: from now on it may.
    if (this.#ground.git !== null) this.#stale = true;
    this.#before = stored;
  }

  /** The file, as it is now, says nothing that decides anything, and imports what it did. */
  #idle(file: string, words: readonly string[], imports: string | undefined): boolean {
    const text = readText(this.#root, file);
    if (text.kind !== "text") return false;
    if (words.some((word) => text.text.includes(word))) return false;
    return imports === undefined || imports === importsHash(importClauses(text.text));
  }
}

function isSameIndex(now: GitState, before: GitState | null): boolean {
  return before !== null && now.index === before.index && now.untracked.join("\0") === before.untracked.join("\0");
}

function difference(all: readonly string[], without: readonly string[]): string[] {
  const known = new Set(without);
  return all.filter((entry) => !known.has(entry));
}

function looseOf(root: string, git: GitState, now: number): Record<string, Stamp> {
  const files = [...git.untracked, ...git.changed.map((entry) => entry.slice(1))];
  const stamps = stampsOf(root, files);
  return Object.fromEntries(
    files.map((file, at): [string, Stamp] => {
      const [modified = 0, changed = 0, size = 0, inode = 0] = stamps.slice(at * 4, at * 4 + 4);
      const content = isYoung([modified, changed], now) ? contentOf(root, file) : null;
      return [file, [modified, changed, size, inode, content]];
    }),
  );
}

/** A file that was just written when it was stamped must still hold what it held. */
function isSameStamp(root: string, file: string, before: Stamp | undefined, now: Stamp | undefined): boolean {
  if (before === undefined || now === undefined) return false;
  if ([0, 1, 2, 3].some((part) => before[part] !== now[part])) return false;
  return before[4] === null || before[4] === contentOf(root, file);
}

function youngOf(
  root: string,
  files: readonly string[],
  stamps: readonly number[],
  now: number,
): Record<string, string> {
  const young: Record<string, string> = {};
  files.forEach((file, at) => {
    if (isYoung(stamps.slice(at * 4, at * 4 + 2), now)) young[at] = contentOf(root, file);
  });
  return young;
}

function isYoung(stamp: readonly number[], now: number): boolean {
  return Math.max(stamp[0] ?? 0, stamp[1] ?? 0) > now - youngMs;
}

/** NaN is never equal to itself: a file that cannot be asked is never unchanged. */
function stampsOf(root: string, files: readonly string[]): number[] {
  const stamps: number[] = [];
  for (const file of files) {
    const stat = statSync(`${root}/${file}`, { throwIfNoEntry: false });
    if (stat === undefined) stamps.push(Number.NaN, Number.NaN, Number.NaN, Number.NaN);
    else stamps.push(stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino);
  }
  return stamps;
}

function committedOf({ files, committed }: FileList): string {
  return committed === null ? "" : files.map((file) => (committed.has(file) ? "1" : "0")).join("");
}

function contentOf(root: string, file: string): string {
  try {
    return contentHash(readFileSync(`${root}/${file}`));
  } catch {
    return "unreadable";
  }
}
