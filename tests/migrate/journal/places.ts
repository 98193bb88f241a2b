import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBucketObjects } from "../../../src/clients/bucket-objects.ts";
import { createBucketStore } from "../../../src/migrate/journal/bucket-store.ts";
import { createFileStore } from "../../../src/migrate/journal/file-store.ts";
import { createBucket } from "../../../src/migrate/outside/bucket.ts";
import type { JournalStore } from "../../../src/migrate/ports/journal-store.ts";
import type { Sandbox } from "../../../src/sandbox/server.ts";
import { startSmall } from "../../sandbox/client.ts";

/** Where journals lie: a folder, or a bucket of a sandbox. As text it goes to a child process. */
export type Where = { readonly folder: string } | { readonly base: string; readonly token: string };

export interface StoreWorld {
  readonly now: () => number;
  readonly isAlive: (pid: number) => boolean;
  readonly pause: (ms: number) => Promise<void>;
}

export const bucket = "acme-exports";

/** A store of that place, as another process or machine would open it. Time is what the world says, not the server. */
export function storeAt(where: Where, world: StoreWorld, machine = "m1"): JournalStore {
  if ("folder" in where) return createFileStore({ folder: where.folder, ...world });
  const { base, token } = where;
  const options = { endpoint: { base }, token: async () => token, random: () => 0.1, sleep: async () => {} };
  const client = createBucketObjects(options, bucket);
  const reach = { objects: client, signal: new AbortController().signal, parting: async () => client };
  const objects = { ...createBucket(reach, { bucket, path: "moves/production" }), now: world.now };
  return createBucketStore({ objects, machine, ...world });
}

export interface Place {
  readonly where: Where;
  /** Names of what lies there, below its root. */
  names(): Promise<string[]>;
  /** Brings lines about that no writer of ours has written. */
  plant(id: string, lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openFolder(): Promise<Place> {
  const { readdirSync, writeFileSync } = await import("node:fs");
  const folder = mkdtempSync(join(tmpdir(), "regions-journal-"));
  return {
    where: { folder },
    names: async () => readdirSync(folder).sort(),
    plant: async (id, lines) => writeFileSync(join(folder, `${id}.jsonl`), lines.map((line) => `${line}\n`).join("")),
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function openBucket(): Promise<Place & { readonly sandbox: Sandbox }> {
  const sandbox = await startSmall(null, () => new Date());
  const { base, token } = sandbox;
  const headers = { authorization: `Bearer ${token}` };
  const host = `${base}/storage.googleapis.com`;
  return {
    sandbox,
    where: { base, token },
    async names() {
      const listed = await fetch(`${host}/storage/v1/b/${bucket}/o?prefix=moves/production/`, { headers });
      const { items = [] } = (await listed.json()) as { items?: { name: string }[] };
      return items.map(({ name }) => name.slice("moves/production/".length));
    },
    async plant(id, lines) {
      for (const [number, line] of lines.entries()) {
        const name = encodeURIComponent(`moves/production/moves/${id}/${String(number).padStart(6, "0")}.json`);
        const upload = `${host}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${name}`;
        const stored = await fetch(upload, { method: "POST", headers, body: `${line}\n` });
        if (!stored.ok) throw new Error(await stored.text());
      }
    },
    close: () => sandbox.close(),
  };
}
