import type { MoveKind } from "../../../src/model/move.ts";
import type { Random } from "./random.ts";
import { createReceivers, type Receivers } from "./receivers.ts";
import { createTimeline, type Timeline } from "./timeline.ts";

export const name = "handler";
export const from = "europe-west1";
export const to = "europe-west3";
export const start = Date.parse("2026-11-28T09:14:00Z");

/** What differs from world to world: what providers do is drawn where no document says it. */
export interface Traits {
  readonly kind: MoveKind;
  /** Providers that hold the function's address. */
  readonly holders: readonly ("stripe" | "twilio" | "telegram" | "push")[];
  readonly schedule: "cron" | "interval";
  readonly hasLedger: boolean;
  /** Stripe's pending retries go to the address of the first try, or to the endpoint's own. */
  readonly retriesKeepAddress: boolean;
  /** A paused job repeats a failed run, or not. */
  readonly pausedJobsRepeat: boolean;
  /** Scheduler repeats failed runs. */
  readonly jobsRepeat: boolean;
  /** A new job fires at once (the Firebase CLI), or is made paused. */
  readonly newJobsFire: boolean;
  /** What a paused job says of its next run: nothing, or when it would be. */
  readonly pausedJobsTellNext: boolean;
  readonly losesAnswers: number;
  /** Share of requests that fail in either copy. */
  readonly failing: number;
  readonly duplicates: number;
  readonly drainBy: "waiting" | "override";
  /** The copy in `from` stands beside the wanted one in `to`, and is pruned. */
  readonly prunes?: true;
}

/** Everything outside that is no port. */
export interface Place {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly receivers: Receivers;
  readonly traits: Traits;
  /** False: what is to be counted has been sent, and only retries go on. */
  sends: boolean;
}

export function createPlace(traits: Traits, random: Random): Place {
  const timeline = createTimeline(start);
  const receivers = createReceivers({
    timeline,
    random,
    hasLedger: traits.hasLedger,
    losesAnswers: traits.losesAnswers,
    countersDelayMs: 180_000,
  });
  if (traits.failing > 0) for (const region of [from, to]) receivers.failing.set(region, traits.failing);
  for (const region of traits.prunes ? [from, to] : [from]) {
    receivers.put(region, { state: "ACTIVE", settings: "5f2c", isPublic: true, serves: true });
  }
  return { timeline, random, receivers, traits, sends: true };
}

/** Sends at a steady rate, a little early or late, until enough was sent. */
export function steadily(place: Place, everyMs: number, send: () => void): void {
  const { timeline, random } = place;
  const next = (): void =>
    timeline.after(Math.round(everyMs * (0.6 + 0.8 * random.next())), () => {
      if (!place.sends) return;
      send();
      next();
    });
  next();
}
