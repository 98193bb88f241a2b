import type { FunctionState } from "../../model/deployed.ts";
import type { HolderKind } from "../../model/holders.ts";
import type { HolderRef, LocatedName, MovePlan } from "../../model/move.ts";

/*
 * What a move asks of the world. Every call may be made again after any interruption. Whatever cannot be looked at is
 * thrown as Unseen, and makes the move wait; whatever was refused or has failed is thrown as Refused.
 */

/** It could not be looked at, or nobody knows whether it came about: the move waits, and looks again. */
export class Unseen extends Error {
  override readonly name = "Unseen";
}

/** The outside has said no, for good: repeating it changes nothing. The message says what to do. */
export class Refused extends Error {
  override readonly name = "Refused";
}

export interface Clock {
  /** Milliseconds since the epoch. The sandbox owns a virtual one. */
  now(): Promise<number>;
  /** A short pause between two looks; rejects when the command is interrupted. */
  pause(ms: number): Promise<void>;
}

export interface CopyLook {
  readonly state: FunctionState;
  /** Everything about it that both copies must share: runtime, sizes, source, variables, account, trigger. A hash. */
  readonly settings: string;
  /** Digest of each of them, by what people call it ("memory", "variable TZ"); left out: nobody can tell them apart. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Everybody may call it; null: nobody can tell. */
  readonly isPublic: boolean | null;
  /** Who has the invoker's role on it, as IAM writes members; left out: nobody can tell. */
  readonly invokers?: readonly string[];
}

/** Copies of functions, whichever tool deploys them. */
export interface Copies {
  /** What Google says of one copy; null: there is none. */
  look(name: string, region: string): Promise<CopyLook | null>;
  /**
   * Brings the function to the regions that regions.yaml names now, the one that it leaves included. Deletes nothing, and
   * changes the state of no job that is there. Makes a new job paused where the tool can.
   */
  deploy(name: string): Promise<void>;
  /** Deletes one copy, and what hangs on it alone: job, queue, trigger, invoker. */
  remove(name: string, region: string): Promise<void>;
}

export type ManifestStanding =
  /** Home is the region that is left, no move is declared. */
  | "before"
  /** Home is the new region, and `moving` names the old one. */
  | "moving"
  /** Home is the new region, no move is declared. */
  | "after"
  /** Anything else: somebody has edited it. */
  | "other";

/** The function's line of regions.yaml. */
export interface ManifestLine {
  standing(name: string, from: string, to: string): Promise<ManifestStanding>;
  /** True where it wants a copy of the function there, or says that one is moving from there. */
  wants(name: string, region: string): Promise<boolean>;
  /** Writes "moving", "after" or "before". Keeps every byte that it does not concern. */
  write(name: string, from: string, to: string, next: Exclude<ManifestStanding, "other">, until: string): Promise<void>;
}

export interface HolderLook {
  /** Region of the copy that the field's URL reaches; null: another place, or no URL. */
  readonly region: string | null;
  /** Function that it reaches, by id or service name; null likewise. */
  readonly function: string | null;
  readonly active: boolean;
  /** E-mail of the service account whose token it sends; left out: none. */
  readonly account?: string;
  /** Digest of each other field, so that a change beside the URL is seen, and no value is kept. */
  readonly others: Readonly<Record<string, string>>;
}

export interface HoldersPort {
  /** Null: the holder is gone. */
  look(holder: HolderRef): Promise<HolderLook | null>;
  /**
   * Every field of every holder that sends to the copy now; without what was made with the copy and goes with it (its own
   * job, queue and subscription). Unseen also where tasks wait elsewhere that lead there.
   */
  reaching(name: string, region: string): Promise<readonly HolderRef[]>;
  /**
   * Changes where the field's URL leads, keeping path, query and fragment, and nothing else. `toName`: another function
   * that it leads to from then on.
   */
  lead(holder: HolderRef, name: string, from: string, to: string, toName?: string): Promise<void>;
}

export interface JobLook {
  readonly state: "ENABLED" | "PAUSED" | "OTHER";
  /** RFC 3339; null: never, or not known. */
  readonly lastAttempt: string | null;
  /** When it fires next if it is enabled; RFC 3339. Of a paused job it says nothing. */
  readonly next: string | null;
  /** Its last attempt failed, and will be tried again if the job stays enabled (it has retries, and not used them up). */
  readonly retrying: boolean;
}

export interface Jobs {
  look(job: LocatedName): Promise<JobLook | null>;
  pause(job: LocatedName): Promise<void>;
  resume(job: LocatedName): Promise<void>;
  /** Fires once, now. */
  run(job: LocatedName): Promise<void>;
}

export interface QueueLook {
  readonly state: "RUNNING" | "PAUSED" | "DISABLED" | "OTHER";
  readonly waiting: number;
  /** When the last of them is due, RFC 3339; null: none waits. */
  readonly lastDue: string | null;
  /** Region that an override sends everything to; null: none. */
  readonly overriddenTo: string | null;
}

export interface Queues {
  look(queue: LocatedName): Promise<QueueLook | null>;
  /** Sends everything that waits to the function's copy in `to`; null takes that back. */
  override(queue: LocatedName, name: string, to: string | null): Promise<void>;
}

/** Requests that a copy answered. */
export interface Traffic {
  /** From `since` to now, both in ms. Whatever is younger than the counters' delay is not known: `knownUntil`. */
  requests(name: string, region: string, since: number): Promise<TrafficLook>;
}

export interface TrafficLook {
  readonly total: number;
  readonly succeeded: number;
  readonly serverErrors: number;
  /** End of the last minute that had a request, in ms; null: none had. */
  readonly last: number | null;
  /** Up to when the counters speak, in ms. */
  readonly knownUntil: number;
}

/** What waits for an event-triggered copy and has not been taken by it yet. */
export interface Backlogs {
  look(name: string, region: string): Promise<BacklogLook>;
}

export interface BacklogLook {
  readonly waiting: number;
  /** When the oldest of them came, in ms; null: none waits, or nobody says. */
  readonly oldest: number | null;
  /** Up to when the counters speak, in ms. */
  readonly knownUntil: number;
}

/** What a provider says that it has sent, and whether it was taken. */
export interface Deliveries {
  /** Deliveries to the function's URLs in a window, in ms. */
  between(provider: HolderKind, name: string, from: number, to: number): Promise<readonly Delivery[]>;
}

export interface Delivery {
  /** The provider's id of the event: evt_…, CA…, update id. */
  readonly event: string;
  readonly taken: boolean;
  /** Not taken yet, and the provider will try again. */
  readonly pending: boolean;
}

/** The codebase's own record of what took effect. */
export interface Effects {
  /** Of these events, those whose effect is not on record as ended. */
  missing(ledger: string, name: string, events: readonly string[]): Promise<readonly string[]>;
}

/** Callers in the source that name a region. */
export interface CallersPort {
  /** Places that still name the function in this region, as "file:line"; unresolved ones are among them only where certain. */
  naming(name: string, region: string): Promise<readonly string[]>;
  /** Rewrites what can be rewritten, from one region to the other. Gives the files that were changed. */
  rewrite(name: string, from: string, to: string): Promise<readonly string[]>;
}

/** Test events of a rehearsal. */
export interface Rehearsal {
  /** What people alone can bring about, and how, where nothing can be sent for this move; null: `send` sends. */
  lacking(move: MovePlan): Promise<string | null>;
  /**
   * Sends a test event to the new copy of a move, as its own senders would. Unseen: what was sent says nothing, and the
   * message tells what would. Refused: the copy did not take it.
   */
  send(move: MovePlan): Promise<void>;
}

export interface Ports {
  readonly clock: Clock;
  readonly copies: Copies;
  readonly manifest: ManifestLine;
  readonly holders: HoldersPort;
  readonly jobs: Jobs;
  readonly queues: Queues;
  readonly traffic: Traffic;
  readonly backlogs: Backlogs;
  readonly deliveries: Deliveries;
  readonly effects: Effects;
  readonly callers: CallersPort;
  /** Left out, or null: no test event may be sent. */
  readonly rehearsal?: Rehearsal | null;
}
