import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { readPlainFile } from "../read-file.ts";
import { isObject, type JsonObject } from "../state/json.ts";

export const shelfFile = "senders.jsonl";

/**
 * What the senders keep: objects by collection and id. Beside the state because it grows with every event: a change
 * costs one line, not the whole. Objects are changed in place and put again.
 */
export interface Shelf {
  get(collection: string, id: string): JsonObject | undefined;
  /** In the order in which they were first put. */
  all(collection: string): ReadonlyMap<string, JsonObject>;
  put(collection: string, id: string, value: JsonObject): void;
  remove(collection: string, id: string): void;
  /** 1, 2, 3, …: never the same twice, also after a restart. */
  nextNumber(): number;
  /** Resolves when all that was put is safe. */
  flush(): Promise<void>;
  clear(): Promise<void>;
}

type Collections = Map<string, Map<string, JsonObject>>;

/** Keeps the shelf in FOLDER/senders.jsonl, or in memory alone where the folder is null. */
export async function openShelf(folder: string | null): Promise<Shelf> {
  const path = folder === null ? null : join(folder, shelfFile);
  const kept: Collections = path === null ? new Map() : await load(path);
  const changed = new Map<string, readonly [collection: string, id: string]>();
  let writing: Promise<void> | null = null;
  let waiting: Promise<void> | null = null;

  function mark(collection: string, id: string): void {
    if (path !== null) changed.set(`${collection}\n${id}`, [collection, id]);
  }

  async function write(): Promise<void> {
    if (path === null || changed.size === 0) return;
    const taken = [...changed.values()];
    changed.clear();
    const lines = taken.map(([collection, id]) => line(collection, id, kept.get(collection)?.get(id) ?? null));
    try {
      const file = await open(path, "a", 0o600);
      try {
        await file.writeFile(lines.join(""));
      } finally {
        await file.close();
      }
    } catch (error) {
      for (const [collection, id] of taken) mark(collection, id);
      throw error;
    }
  }

  function start(): Promise<void> {
    writing = write().finally(() => {
      writing = null;
    });
    return writing;
  }

  const shelf: Shelf = {
    get: (collection, id) => kept.get(collection)?.get(id),
    all: (collection) => kept.get(collection) ?? new Map(),
    put(collection, id, value) {
      const map = kept.get(collection) ?? new Map<string, JsonObject>();
      kept.set(collection, map);
      map.set(id, value);
      mark(collection, id);
    },
    remove(collection, id) {
      if (kept.get(collection)?.delete(id) === true) mark(collection, id);
    },
    nextNumber() {
      const last = shelf.get("counter", "last")?.number;
      const number = (typeof last === "number" ? last : 0) + 1;
      shelf.put("counter", "last", { number });
      return number;
    },
    flush() {
      if (writing === null) return start();
      // One write serves all who came while another was under way.
      waiting ??= writing
        .catch(() => {})
        .then(() => {
          waiting = null;
          return start();
        });
      return waiting;
    },
    async clear() {
      await writing?.catch(() => {});
      kept.clear();
      changed.clear();
      if (path !== null) await rm(path, { force: true });
    },
  };
  return shelf;
}

function line(collection: string, id: string, value: JsonObject | null): string {
  return `${JSON.stringify([collection, id, value])}\n`;
}

/** Reads the lines, later ones over earlier ones, and writes the file anew without what they replaced. */
async function load(path: string): Promise<Collections> {
  const kept: Collections = new Map();
  let text: string;
  try {
    text = await readPlainFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return kept;
    throw error;
  }
  for (const row of text.split("\n")) {
    const entry = readLine(row);
    if (entry === null) continue;
    const [collection, id, value] = entry;
    const map = kept.get(collection) ?? new Map<string, JsonObject>();
    kept.set(collection, map);
    if (value === null) map.delete(id);
    else map.set(id, value);
  }
  const lines: string[] = [];
  for (const [collection, map] of kept) for (const [id, value] of map) lines.push(line(collection, id, value));
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(lines.join(""));
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return kept;
}

/** Null for a line that a killed process left half-written: nobody was told that it was kept. */
function readLine(text: string): [string, string, JsonObject | null] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  const [collection, id, object] = value as unknown[];
  if (typeof collection !== "string" || typeof id !== "string") return null;
  return object === null || isObject(object) ? [collection, id, object] : null;
}
