import { randomBytes } from "node:crypto";
import { FirestoreError } from "./error.ts";
import type { StoredDocument, StructuredQuery, TransactionOptions, Write } from "./messages.ts";
import { readQuery, runQuery } from "./query.ts";
import { type Committed, DocumentStore } from "./store.ts";

/** How long a transaction may be left alone. */
const idleMs = 60_000;
/** How long a read waits for a transaction that has read the same document; then it goes on without. */
const waitMs = 2000;

interface Waiter {
  readonly transaction: Transaction;
  readonly go: () => void;
}

interface Transaction {
  readonly id: string;
  /** The documents as they were when a read-only transaction began; null for one that may write. */
  readonly snapshot: DocumentStore | null;
  /** Version at the first read, 0 where there was none. */
  readonly reads: Map<string, number>;
  readonly queries: { readonly parent: string; readonly query: StructuredQuery; readonly seen: string }[];
  readonly turns: Set<string>;
  waitsFor: string | null;
  touched: number;
}

/**
 * Transactions are checked when they commit: where anything that one has read, document or query, is not as it was
 * read, it is ABORTED and its client tries again. So what commits has happened one after the other. That clients do not
 * abort each other in vain, who reads a document in a transaction waits its turn; a turn alone protects nothing.
 */
export class Transactions {
  readonly #store: DocumentStore;
  readonly #now: () => Date;
  #open = new Map<string, Transaction>();
  #owners = new Map<string, Transaction>();
  #queues = new Map<string, Waiter[]>();

  constructor(store: DocumentStore, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  /** Id in base64, as messages hold bytes. */
  begin(options: TransactionOptions = {}): string {
    for (const old of [...this.#open.values()]) if (old.touched < Date.now() - idleMs) this.#end(old);
    if (options.readOnly?.readTime !== undefined) {
      throw new FirestoreError("UNIMPLEMENTED", "The sandbox does not read at a time in the past.");
    }
    let snapshot: DocumentStore | null = null;
    if (options.readOnly !== undefined) {
      snapshot = new DocumentStore(this.#now);
      snapshot.restore(this.#store.all());
    }
    const id = randomBytes(16).toString("base64");
    const reads = new Map<string, number>();
    const turns = new Set<string>();
    this.#open.set(id, { id, snapshot, reads, queries: [], turns, waitsFor: null, touched: Date.now() });
    return id;
  }

  /** The documents of these names as the transaction sees them; null where there is none. */
  async get(id: string, names: readonly string[]): Promise<(StoredDocument | null)[]> {
    const transaction = this.#find(id);
    if (transaction.snapshot !== null) return names.map((name) => transaction.snapshot?.get(name) ?? null);
    for (const name of [...new Set(names)].sort()) await this.#takeTurn(transaction, name);
    return names.map((name) => {
      const document = this.#store.get(name);
      if (!transaction.reads.has(name)) transaction.reads.set(name, document?.version ?? 0);
      return document;
    });
  }

  query(id: string, parent: string, query: StructuredQuery): StoredDocument[] {
    const transaction = this.#find(id);
    if (transaction.snapshot !== null) return find(transaction.snapshot, parent, query);
    const found = find(this.#store, parent, query);
    transaction.queries.push({ parent, query, seen: seen(found) });
    return found;
  }

  commit(id: string, writes: readonly Write[]): Committed {
    const transaction = this.#find(id);
    try {
      if (transaction.snapshot !== null && writes.length > 0) {
        throw new FirestoreError("INVALID_ARGUMENT", "Cannot modify entities in a read-only transaction.");
      }
      for (const [name, version] of transaction.reads) {
        if ((this.#store.get(name)?.version ?? 0) !== version) throw aborted();
      }
      for (const { parent, query, seen: before } of transaction.queries) {
        if (seen(find(this.#store, parent, query)) !== before) throw aborted();
      }
      return this.#store.commit(writes);
    } finally {
      this.#end(transaction);
    }
  }

  rollback(id: string): void {
    const transaction = this.#open.get(id);
    if (transaction !== undefined) this.#end(transaction);
  }

  /** Ends all, as a restart would. */
  clear(): void {
    for (const transaction of [...this.#open.values()]) this.#end(transaction);
  }

  #find(id: string): Transaction {
    const transaction = this.#open.get(id);
    if (transaction === undefined) {
      throw new FirestoreError("INVALID_ARGUMENT", "The referenced transaction has expired or is no longer valid.");
    }
    transaction.touched = Date.now();
    return transaction;
  }

  #takeTurn(transaction: Transaction, name: string): Promise<void> | undefined {
    const owner = this.#owners.get(name);
    if (owner === transaction) return undefined;
    if (owner === undefined) {
      this.#owners.set(name, transaction);
      transaction.turns.add(name);
      return undefined;
    }
    if (this.#waitsFor(owner, transaction)) return undefined;
    return new Promise((resolve) => {
      const queue = this.#queues.get(name) ?? [];
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiter), 1);
        transaction.waitsFor = null;
        resolve();
      }, waitMs);
      const waiter: Waiter = {
        transaction,
        go: () => {
          clearTimeout(timer);
          transaction.waitsFor = null;
          resolve();
        },
      };
      transaction.waitsFor = name;
      queue.push(waiter);
      this.#queues.set(name, queue);
    });
  }

  /** Whether `one` waits, through however many others, for `other`. */
  #waitsFor(one: Transaction, other: Transaction): boolean {
    for (let at: Transaction | undefined = one, steps = 0; at !== undefined && steps < 1000; steps += 1) {
      if (at === other) return true;
      at = at.waitsFor === null ? undefined : this.#owners.get(at.waitsFor);
    }
    return false;
  }

  #end(transaction: Transaction): void {
    this.#open.delete(transaction.id);
    for (const name of transaction.turns) {
      this.#owners.delete(name);
      const queue = this.#queues.get(name);
      const next = queue?.shift();
      if (queue?.length === 0) this.#queues.delete(name);
      if (next === undefined) continue;
      this.#owners.set(name, next.transaction);
      next.transaction.turns.add(name);
      next.go();
      // Ended while it waited: the turn goes on to the one after it.
      if (!this.#open.has(next.transaction.id)) this.#end(next.transaction);
    }
    transaction.turns.clear();
  }
}

/** A query's documents, of a store as it is now. */
export function find(store: DocumentStore, parent: string, query: StructuredQuery): StoredDocument[] {
  const { collectionId, allDescendants } = query.from?.[0] ?? {};
  const collection = allDescendants === true || collectionId === undefined ? null : collectionId;
  return runQuery(store.below(parent, collection), readQuery(parent, query));
}

function seen(documents: readonly StoredDocument[]): string {
  return documents.map(({ name, version }) => `${name} ${version}`).join("\n");
}

function aborted(): FirestoreError {
  return new FirestoreError("ABORTED", "Too much contention on these documents. Please try again.");
}
