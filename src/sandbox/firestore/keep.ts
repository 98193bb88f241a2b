import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../model/problem.ts";
import { isObject } from "../state/json.ts";
import type { StoredDocument } from "./messages.ts";

/** How long after a commit the documents are written, so that many commits make one file. */
const delayMs = 300;

/** Where documents outlive the sandbox. */
export interface Keep {
  load(): Promise<readonly StoredDocument[]>;
  /** The documents have changed, and will be written soon. */
  changed(documents: () => readonly StoredDocument[]): void;
  /** Resolves when what has changed is in the file. Rejects when it could not be written. */
  flush(): Promise<void>;
  clear(): Promise<void>;
}

export const keepNothing: Keep = {
  load: async () => [],
  changed: () => {},
  flush: async () => {},
  clear: async () => {},
};

/** Keeps documents in FOLDER/firestore.json: whole files only, readable by the owner alone. */
export function keepInFolder(folder: string): Keep {
  const path = join(folder, "firestore.json");
  let pending: (() => readonly StoredDocument[]) | null = null;
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function write(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const documents = pending;
    pending = null;
    if (documents === null) return writing;
    writing = writing.catch(() => {}).then(() => writeWhole(folder, path, documents()));
    return writing;
  }

  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, "utf8");
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
        throw unreadable(path, error instanceof Error ? error.message : String(error));
      }
      return documentsIn(text, path);
    },
    changed(documents) {
      pending = documents;
      // A failure is met again, and told, by the flush at the end.
      timer ??= setTimeout(() => void write().catch(() => (pending ??= documents)), delayMs);
    },
    flush: () => write(),
    async clear() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      pending = null;
      await writing.catch(() => {});
      await rm(path, { force: true });
    },
  };
}

async function writeWhole(folder: string, path: string, documents: readonly StoredDocument[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ version: 1, documents })}\n`);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function documentsIn(text: string, path: string): readonly StoredDocument[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(path, "it is no JSON, or cut short");
  }
  if (!isObject(value) || value.version !== 1 || !Array.isArray(value.documents)) {
    throw unreadable(path, "it holds no documents of version 1");
  }
  return value.documents as unknown as StoredDocument[];
}

function unreadable(path: string, reason: string): InputError {
  return new InputError([
    {
      place: null,
      message: `The sandbox's documents in ${path} cannot be read: ${reason}.`,
      mend: "Run `regions sandbox reset` to start over from the seed; what was changed in the sandbox is lost.",
      excerpt: null,
    },
  ]);
}
