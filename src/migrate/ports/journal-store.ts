/** Where a journal is kept. Appending is the one write, and is on disk (or stored) when it resolves. */
export interface JournalStore {
  /** Ids of all moves, newest last. */
  list(): Promise<readonly string[]>;
  /** Lines of one journal; null: there is none. A torn last line is left out. */
  read(id: string): Promise<readonly string[] | null>;
  /** Adds a line to a journal that has `after` lines; rejects with Refused where it has another number by now. */
  append(id: string, after: number, line: string): Promise<void>;
  /** One move per function at a time. Rejects with Refused, saying who holds it, since when, and until when. */
  lock(name: string, holder: LockHolder): Promise<Lock>;
}

export interface LockHolder {
  /** "ann@laptop". */
  readonly owner: string;
  readonly host: string;
  readonly pid: number;
  readonly move: string;
  /** Takes it from somebody whose time has run out. */
  readonly takeExpired: boolean;
}

export interface Lock {
  /** Rejects with Refused where somebody else has taken it. Called before each effect; puts its end off. */
  renew(): Promise<void>;
  release(): Promise<void>;
}
