import { isDeepStrictEqual } from "node:util";
import { FirestoreError } from "./error.ts";
import type { StoredDocument, Write, WriteResult } from "./messages.ts";
import type { Fields, Timestamp } from "./values.ts";
import { applyWrite, targetOf } from "./write.ts";

/** What a commit did to one document. A write that changes nothing is none. */
export interface Change {
  readonly name: string;
  readonly before: StoredDocument | null;
  readonly after: StoredDocument | null;
  readonly time: Timestamp;
}

export interface Committed {
  readonly results: readonly WriteResult[];
  readonly time: Timestamp;
}

/** The largest document Firestore takes. */
const mostBytes = 1_048_576;

/** The documents of all databases. Every commit happens at once, as a whole, at a time of its own. */
export class DocumentStore {
  /** By the collection's full path, then by the document's. */
  #collections = new Map<string, Map<string, StoredDocument>>();
  #version = 0;
  #last: bigint;
  #listeners = new Set<(changes: readonly Change[]) => void>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
    this.#last = 0n;
  }

  get(name: string): StoredDocument | null {
    return this.#collections.get(parentOf(name))?.get(name) ?? null;
  }

  /** Documents that a query over a collection below `parent` may find; every one below it where `collection` is null. */
  *below(parent: string, collection: string | null): Generator<StoredDocument> {
    if (collection !== null) {
      yield* this.#collections.get(`${parent}/${collection}`)?.values() ?? [];
      return;
    }
    for (const [path, documents] of this.#collections) {
      if (path.startsWith(`${parent}/`)) yield* documents.values();
    }
  }

  /** Full paths of all collections that hold documents. */
  collections(): string[] {
    return [...this.#collections.keys()];
  }

  /** The time of a read: that of the newest commit, or later. */
  readTime(): Timestamp {
    return this.#timestamp(this.#clock() > this.#last ? this.#clock() : this.#last);
  }

  /** Applies the writes in their order, all or none. Throws FirestoreError where one is not allowed. */
  commit(writes: readonly Write[]): Committed {
    const time = this.#nextTime();
    this.#version += 1;
    const staged = new Map<string, StoredDocument | null>();
    const results: WriteResult[] = [];
    for (const write of writes) {
      const name = targetOf(write);
      const current = staged.has(name) ? (staged.get(name) ?? null) : this.get(name);
      const { fields, transformResults } = applyWrite(current, write, time);
      if (fields === null) {
        staged.set(name, null);
        results.push({});
        continue;
      }
      checkSize(name, fields);
      const same = current !== null && isDeepStrictEqual(current.fields, fields);
      const next: StoredDocument = same
        ? current
        : { name, fields, createTime: current?.createTime ?? time, updateTime: time, version: this.#version };
      staged.set(name, next);
      results.push({ updateTime: next.updateTime, ...(transformResults.length === 0 ? {} : { transformResults }) });
    }
    const changes: Change[] = [];
    for (const [name, after] of staged) {
      const before = this.get(name);
      if (before === after) continue;
      this.#put(name, after);
      changes.push({ name, before, after, time });
    }
    if (changes.length > 0) for (const listener of [...this.#listeners]) listener(changes);
    return { results, time };
  }

  /** Calls back after every commit that changed something; returns what ends it. */
  listen(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  all(): StoredDocument[] {
    return [...this.#collections.values()].flatMap((documents) => [...documents.values()]);
  }

  /** Takes documents that were kept, in place of all there are. Nobody is told. */
  restore(documents: readonly StoredDocument[]): void {
    this.#collections.clear();
    for (const document of documents) {
      this.#put(document.name, document);
      this.#version = Math.max(this.#version, document.version);
      const time = micros(document.updateTime);
      if (time > this.#last) this.#last = time;
    }
  }

  #put(name: string, document: StoredDocument | null): void {
    const parent = parentOf(name);
    const documents = this.#collections.get(parent) ?? new Map<string, StoredDocument>();
    if (document === null) {
      documents.delete(name);
      if (documents.size === 0) this.#collections.delete(parent);
      return;
    }
    documents.set(name, document);
    this.#collections.set(parent, documents);
  }

  /** Later than every time before, however the clock goes. */
  #nextTime(): Timestamp {
    const now = this.#clock();
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#timestamp(this.#last);
  }

  #clock(): bigint {
    return BigInt(this.#now().getTime()) * 1000n;
  }

  #timestamp(time: bigint): Timestamp {
    return { seconds: String(time / 1_000_000n), nanos: Number(time % 1_000_000n) * 1000 };
  }
}

function micros(time: Timestamp): bigint {
  return BigInt(time.seconds ?? "0") * 1_000_000n + BigInt(Math.floor((time.nanos ?? 0) / 1000));
}

function parentOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/"));
}

function checkSize(name: string, fields: Fields): void {
  // Its form as text is never smaller than what Firestore counts.
  const text = JSON.stringify(fields);
  if (text.length <= mostBytes) return;
  const size = name.length + 32 + sizeOf(fields);
  if (size > mostBytes) {
    throw new FirestoreError(
      "INVALID_ARGUMENT",
      `Document '${name}' cannot be written because its size (${size} bytes) exceeds the maximum allowed size of 1,048,576 bytes.`,
    );
  }
}

/** As Firestore's page on storage sizes counts. */
function sizeOf(fields: Fields): number {
  let size = 0;
  for (const [name, value] of Object.entries(fields)) size += Buffer.byteLength(name) + 1 + valueSize(value);
  return size;
}

function valueSize(value: Fields[string]): number {
  if (value.stringValue !== undefined) return Buffer.byteLength(value.stringValue) + 1;
  if (value.bytesValue !== undefined) return Buffer.byteLength(value.bytesValue, "base64");
  if (value.referenceValue !== undefined) return value.referenceValue.length + 16;
  if (value.mapValue !== undefined) return sizeOf(value.mapValue.fields ?? {});
  if (value.arrayValue !== undefined) {
    return (value.arrayValue.values ?? []).reduce((sum, item) => sum + valueSize(item), 0);
  }
  if (value.geoPointValue !== undefined) return 16;
  return value.nullValue !== undefined || value.booleanValue !== undefined ? 1 : 8;
}
