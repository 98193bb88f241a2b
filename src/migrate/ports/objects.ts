/*
 * What a journal asks of the bucket that it lies in. Whatever could not be done, or may have been, is thrown as Refused:
 * there is nothing to wait for without a journal.
 */

export interface ObjectLook {
  readonly name: string;
  /** Another one for each version; as text. */
  readonly generation: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Who stored it: see `put`. */
  readonly writer: string | null;
}

/** Objects of one bucket below one path; names are below that path. */
export interface Objects {
  /** "gs://acme-state/moves". */
  readonly place: string;
  /** The time that all who share the bucket go by, in ms. */
  now(): number;
  /** In the order of their names. */
  list(prefix: string): Promise<readonly ObjectLook[]>;
  look(name: string): Promise<ObjectLook | null>;
  text(name: string): Promise<{ readonly text: string; readonly generation: string } | null>;
  /**
   * Stores a content over that generation, "0" where there must be none, and says that `writer` did.
   * - a look: it is stored.
   * - null: what is there is of another generation, which may be this very content, if its answer was lost.
   * - "unknown": nobody knows whether it was stored, now or in a moment.
   */
  put(name: string, text: string, over: string, writer: string): Promise<ObjectLook | null | "unknown">;
  /** Deletes that generation; nothing where it is gone already, or another is there. */
  remove(name: string, generation: string): Promise<void>;
}
