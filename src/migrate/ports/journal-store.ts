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
  /** Rejects with Refused where somebody else has taken it. Puts its end off. */
  renew(): Promise<void>;
  /** As `renew`, before each effect: whoever has the lock next lets come about what is sent from here on. */
  sending(): Promise<void>;
  /** As `renew`: what was sent was seen to have come about, or surely has not. */
  settled(): Promise<void>;
  /**
   * For how long it holds if nobody renews it, in ms; below 0 it has run out. Whatever changes something asks right before
   * it is sent, as a process may have been suspended for hours since it last knew.
   */
  leftMs(): number;
  /** Gives it up. Where something may still come about, nobody has it for as long as that may take. */
  release(): Promise<void>;
}
