import { constants, existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { JournalStore, Lock } from "../ports/journal-store.ts";
import { Refused } from "../ports/world.ts";
import { type LockWorld, takeFileLock } from "./file-lock.ts";

export interface FileStoreOptions extends LockWorld {
  readonly folder: string;
}

/**
 * Journals as files: `ID.jsonl`, one line per record, each on disk before the write resolves; `FUNCTION.lock.N` beside them.
 * For one machine: others that share a fleet keep their journals in a bucket.
 */
export function createFileStore({ folder, ...world }: FileStoreOptions): JournalStore {
  const fileOf = (id: string): string => join(folder, `${encodeURIComponent(id)}.jsonl`);

  /** Null: there are none. Whoever was killed before its first line was whole has begun nothing. */
  async function wholeLines(id: string): Promise<{ readonly lines: readonly string[]; readonly bytes: number } | null> {
    let text: string;
    try {
      text = await readFile(fileOf(id), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    // A machine that died while it wrote leaves half a line: it was never said that it is there.
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole === "") return null;
    return { lines: whole.split("\n").slice(0, -1), bytes: Buffer.byteLength(whole) };
  }

  return {
    async list() {
      if (!existsSync(folder)) return [];
      const ids = (await readdir(folder)).flatMap((name) =>
        name.endsWith(".jsonl") ? [decodeURIComponent(name.slice(0, -".jsonl".length))] : [],
      );
      const all = await Promise.all(ids.map(async (id) => ({ id, first: (await wholeLines(id))?.lines[0] })));
      const began = all.flatMap(({ id, first }) => (first === undefined ? [] : [{ id, at: beganAt(first) }]));
      return began.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).map(({ id }) => id);
    },

    async read(id) {
      return (await wholeLines(id))?.lines ?? null;
    },

    async append(id, after, line) {
      await mkdir(folder, { recursive: true });
      const writing = await alone(id);
      try {
        await appendAlone(id, after, line);
      } finally {
        await writing.release();
      }
    },

    async lock(name, holder) {
      await mkdir(folder, { recursive: true });
      return takeFileLock(folder, name, holder, world);
    },
  };

  async function appendAlone(id: string, after: number, line: string): Promise<void> {
    const present = await wholeLines(id);
    const count = present?.lines.length ?? 0;
    if (count !== after) {
      throw new Refused(
        `The journal of ${id} has ${count} lines, and ${after} were known: somebody else goes on with it.`,
      );
    }
    const handle = await open(fileOf(id), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const start = present?.bytes ?? 0;
      await handle.truncate(start);
      await writeWhole(handle, Buffer.from(`${line}\n`, "utf8"), start);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (after === 0) await syncFolder(folder);
  }

  /**
   * The move's lock does not do: whoever was suspended between its look at the file and its write, and was taken over
   * meanwhile, would write over the other's line. It is waited for, or dead.
   */
  async function alone(id: string): Promise<Lock> {
    const holder = { owner: "", host: hostname(), pid: process.pid, move: id, takeExpired: false };
    try {
      return await takeFileLock(folder, `${id}.writing`, holder, world);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new Refused(
        `Another process is writing to the journal of ${id}: nothing more is done here. If none is, delete ${id}.writing.lock.* beside it, and resume.`,
      );
    }
  }
}

function beganAt(line: string): string {
  try {
    return String((JSON.parse(line) as { at?: unknown }).at ?? "");
  } catch {
    return "";
  }
}

/** One write may take a part alone. */
async function writeWhole(handle: FileHandle, bytes: Buffer, start: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, start + at);
    at += bytesWritten;
  }
}

/** So that a new file's name is on disk too. Not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch {
    return;
  }
}
