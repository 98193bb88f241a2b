import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Contents by their SHA-256 in hex, so that the same archive is kept once, and never in state.json. */
export interface Blobs {
  /** Keeps a content; resolves with its digest when it is safe. */
  put(bytes: Buffer): Promise<string>;
  /** Null for one that was never put, or is gone. */
  get(digest: string): Promise<Buffer | null>;
  remove(digest: string): Promise<void>;
  clear(): Promise<void>;
}

export function memoryBlobs(): Blobs {
  const held = new Map<string, Buffer>();
  return {
    async put(bytes) {
      const digest = digestOf(bytes);
      held.set(digest, Buffer.from(bytes));
      return digest;
    },
    get: async (digest) => held.get(digest) ?? null,
    async remove(digest) {
      held.delete(digest);
    },
    async clear() {
      held.clear();
    },
  };
}

/** Keeps each content in FOLDER/blobs/DIGEST: written beside and renamed, readable by the owner alone. */
export function folderBlobs(folder: string): Blobs {
  const root = join(folder, "blobs");
  return {
    async put(bytes) {
      const digest = digestOf(bytes);
      await mkdir(root, { recursive: true });
      const temporary = join(root, `${digest}.${randomBytes(6).toString("hex")}.tmp`);
      try {
        await writeFile(temporary, bytes, { flag: "wx", mode: 0o600 });
        await rename(temporary, join(root, digest));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      return digest;
    },
    async get(digest) {
      try {
        return await readFile(join(root, digest));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
        throw error;
      }
    },
    remove: (digest) => rm(join(root, digest), { force: true }),
    clear: () => rm(root, { recursive: true, force: true }),
  };
}

function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
