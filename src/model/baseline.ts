import type { SourceName } from "./gap.ts";
import type { Place } from "./place.ts";

/** A finding that somebody chose to live with for now: one entry of a baseline. */
export interface BaselineEntry {
  /** What it is told by; everything else is for people, and for judging whether it has gone. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly project: string | null;
  readonly function: string | null;
  readonly file: string | null;
  /** As it read when the entry was written. */
  readonly message: string;
  /** What the look that found it had been asked for. */
  readonly sources: readonly SourceName[];
  readonly owner: string | null;
  readonly reason: string;
  /** YYYY-MM-DD; the entry holds through that day. Null = it has no end. */
  readonly until: string | null;
}

/** An entry as it stands in a file. */
export interface PlacedEntry extends BaselineEntry {
  readonly place: Place;
}
