import type { CopyLook, TrafficLook } from "../../../src/migrate/ports/world.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Who took something away: the move itself, or somebody who knows nothing of it. */
export type Remover = "move" | "stranger";

export interface Copy {
  state: "DEPLOYING" | "ACTIVE" | "FAILED" | "DELETING";
  settings: string;
  isPublic: boolean;
  /** Answers requests: also while another version is being deployed. */
  serves: boolean;
}

/** "lost answer": it took effect, and whoever sent it does not know. */
export type Answer = "taken" | "server error" | "lost answer" | "no copy";

/** What is on record of one event, by its key. */
export interface EventRecord {
  readonly key: string;
  readonly sentAt: number;
  /** How often it took effect. */
  effects: number;
  /** Why its loss is not the move's: a stranger's deletion, or a failure that its sender does not repeat. */
  excuse: string | null;
  /** An attempt that met nothing, and for which nobody but the move answers: no excuse counts then. Null: there was none. */
  blame: string | null;
  /** Answers that it met, for whoever reads a failing history. */
  readonly met: string[];
}

export interface Receivers {
  readonly copies: Map<string, Copy>;
  readonly events: Map<string, EventRecord>;
  /** Share of requests that end in a 5xx, by region. */
  readonly failing: Map<string, number>;
  removedBy(region: string): Remover | null;
  put(region: string, copy: Copy): void;
  drop(region: string, by: Remover): void;
  event(key: string): EventRecord;
  excuse(key: string, why: string): void;
  blame(key: string, why: string): void;
  /** Its sender gives up: what had met a copy each time is that copy's failure. */
  giveUp(key: string): void;
  droppedAt(region: string): number | null;
  /** `repeats`: whoever sends it tries again where it was not taken. */
  handle(region: string, key: string, repeats: boolean): Answer;
  /** A run that has no key of its own: true where the copy answered with success. */
  run(region: string, work: () => void): Answer;
  requests(region: string, since: number): TrafficLook;
  /** As they were, and not as the counters tell; both ends in ms. */
  answered(region: string, since: number, until: number): { readonly total: number; readonly errors: number };
}

export interface ReceiverOptions {
  readonly timeline: Timeline;
  readonly random: Random;
  /** One record of processed events for both copies. */
  readonly hasLedger: boolean;
  /** Share of answers that get lost on their way back. */
  readonly losesAnswers: number;
  /** How far the counters are behind, in ms. */
  readonly countersDelayMs: number;
}

/** Both copies of the function, and what came of each event. */
export function createReceivers(options: ReceiverOptions): Receivers {
  const { timeline, random, hasLedger, losesAnswers, countersDelayMs } = options;
  const copies = new Map<string, Copy>();
  const events = new Map<string, EventRecord>();
  const failing = new Map<string, number>();
  const removers = new Map<string, Remover>();
  const dropped = new Map<string, number>();
  const counted = new Map<string, { readonly at: number; readonly isError: boolean }[]>();

  function answer(region: string, work: () => void): Answer {
    if (copies.get(region)?.serves !== true) return "no copy";
    const isError = random.chance(failing.get(region) ?? 0);
    const requests = counted.get(region) ?? [];
    counted.set(region, requests);
    requests.push({ at: timeline.now(), isError });
    if (isError) return "server error";
    work();
    return losesAnswers > 0 && random.chance(losesAnswers) ? "lost answer" : "taken";
  }

  function event(key: string): EventRecord {
    const known = events.get(key);
    if (known !== undefined) return known;
    const made = { key, sentAt: timeline.now(), effects: 0, excuse: null, blame: null, met: [] };
    events.set(key, made);
    return made;
  }

  function excuse(key: string, why: string): void {
    event(key).excuse ??= why;
  }

  function blame(key: string, why: string): void {
    event(key).blame ??= why;
  }

  return {
    copies,
    events,
    failing,
    event,
    excuse,
    blame,
    giveUp(key) {
      excuse(key, "it failed to the end");
    },
    droppedAt: (region) => dropped.get(region) ?? null,
    removedBy: (region) => removers.get(region) ?? null,
    put(region, copy) {
      copies.set(region, copy);
    },
    drop(region, by) {
      copies.delete(region);
      removers.set(region, by);
      dropped.set(region, timeline.now());
    },
    handle(region, key, repeats) {
      const record = event(key);
      const met = answer(region, () => {
        if (!hasLedger || record.effects === 0) record.effects += 1;
      });
      record.met.push(`${met} in ${region}`);
      if (met === "no copy") {
        if (removers.get(region) === "stranger") excuse(key, "a stranger had deleted the copy");
        else blame(key, `no copy in ${region}`);
      }
      if (met === "server error" && !repeats) excuse(key, "it failed, and its sender does not repeat");
      return met;
    },
    run: answer,
    answered(region, since, until) {
      const all = (counted.get(region) ?? []).filter(({ at }) => at >= since && at <= until);
      return { total: all.length, errors: all.filter(({ isError }) => isError).length };
    },
    requests(region, since) {
      const knownUntil = Math.floor((timeline.now() - countersDelayMs) / minute) * minute;
      const known = (counted.get(region) ?? []).filter(({ at }) => at >= since && at < knownUntil);
      const serverErrors = known.filter(({ isError }) => isError).length;
      const last = known.at(-1);
      return {
        total: known.length,
        succeeded: known.length - serverErrors,
        serverErrors,
        last: last === undefined ? null : (Math.floor(last.at / minute) + 1) * minute,
        knownUntil,
      };
    },
  };
}

export function copyLook({ state, settings, isPublic }: Copy): CopyLook {
  return { state, settings, isPublic };
}

/** Events that had no effect, or more than one, and whose fault that is not: what a move must never bring about. */
export interface Losses {
  readonly lost: readonly EventRecord[];
  readonly doubled: readonly EventRecord[];
}

export function lossesOf({ events }: Receivers, until: number): Losses {
  const all = [...events.values()].filter(({ sentAt }) => sentAt <= until);
  return {
    lost: all.filter(({ effects, excuse, blame }) => effects === 0 && (excuse === null || blame !== null)),
    doubled: all.filter(({ effects }) => effects > 1),
  };
}
