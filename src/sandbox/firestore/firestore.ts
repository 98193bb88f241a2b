import type { Keep } from "./keep.ts";
import type { Database } from "./requests.ts";
import type { FirestoreServer } from "./server.ts";
import { type Change, DocumentStore } from "./store.ts";
import { Transactions } from "./transactions.ts";

/** The sandbox's Firestore: documents that all children share. Its server is started when somebody first needs it. */
export class Firestore {
  readonly #keep: Keep;
  readonly #store: DocumentStore;
  readonly #transactions: Transactions;
  #server: Promise<FirestoreServer> | null = null;
  #loaded: Promise<void> | null = null;

  constructor(keep: Keep, now: () => Date, changed: (changes: readonly Change[]) => void) {
    this.#keep = keep;
    this.#store = new DocumentStore(now);
    this.#transactions = new Transactions(this.#store, now);
    this.#store.listen((changes) => {
      keep.changed(() => this.#store.all());
      changed(changes);
    });
  }

  /** "127.0.0.1:PORT". Rejects with InputError where the kept documents cannot be read. */
  async host(): Promise<string> {
    const database = await this.database();
    this.#server ??= import("./server.ts").then(({ serveFirestore }) => serveFirestore(database));
    return (await this.#server).host;
  }

  /** What requests are about. Rejects with InputError where the kept documents cannot be read. */
  async database(): Promise<Database> {
    this.#loaded ??= this.#keep.load().then((documents) => this.#store.restore(documents));
    await this.#loaded;
    return { store: this.#store, transactions: this.#transactions };
  }

  async reset(): Promise<void> {
    this.#transactions.clear();
    this.#store.restore([]);
    this.#loaded = Promise.resolve();
    await this.#keep.clear();
  }

  /** Ends the server; resolves when the documents are kept. */
  async close(): Promise<void> {
    await (await this.#server)?.close();
    await this.#keep.flush();
  }
}
