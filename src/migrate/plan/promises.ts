import type { Generation } from "../../model/deployed.ts";
import type { HolderKind } from "../../model/holders.ts";

const hour = 3_600_000;
const day = 24 * hour;

/** How long somebody may still come with the old address. */
export interface Promise {
  readonly forMs: number;
  readonly why: string;
}

/**
 * By who holds the address. Stripe retries for three days; a call at Twilio may last a day and keeps the addresses that it
 * began with; Telegram keeps an update for a day; Pub/Sub's push goes on for the seven days of a subscription.
 */
export const promiseOfHolder: Readonly<Record<HolderKind, Promise>> = {
  stripe: { forMs: 3 * day, why: "Stripe sends again for 3 days" },
  twilio: { forMs: day, why: "a call keeps the addresses that it began with, and may last 24 hours" },
  telegram: { forMs: day, why: "Telegram keeps updates for 24 hours" },
  push: { forMs: 7 * day, why: "Pub/Sub keeps messages for 7 days" },
  scheduler: { forMs: day, why: "a job retries a run for up to 24 hours" },
  "task-queue": { forMs: hour, why: "a task that was just sent may still run" },
};

/** Pages that are open, and apps in the field, come back with what they were built with. */
export const promiseOfCallable: Promise = {
  forMs: 14 * day,
  why: "pages that are open and apps in the field keep the old region",
};

/** Nobody has said who calls it. */
export const promiseOfHttps: Promise = { forMs: 7 * day, why: "nobody knows who calls it: a week without a request" };

/** Its own job fires no longer; a run that was under way may take as long as a function may. */
export const promiseOfSchedule: Promise = { forMs: hour, why: "a run that was under way may take up to an hour" };

/** Its own queue is empty by then; but whoever enqueues may not have been shipped yet, and enqueue there once more. */
export const promiseOfTask: Promise = { forMs: day, why: "who enqueues may not have been shipped yet" };

/** Nothing gets the events in its place: so none may come any longer, not even again. */
export function promiseOfEvent(generation: Generation): Promise {
  const forMs = generation === 1 ? 7 * day : day;
  return { forMs, why: `a failed event is tried again for ${retriesOfEvents(generation)}` };
}

/** A new trigger is active for every event by then: Google says that it takes minutes, and not how many. */
export const triggerSettlesMs = hour / 4;

/** Of several, the longest holds. */
export function longest(promises: readonly Promise[], otherwise: Promise): Promise {
  return (
    promises.reduce<Promise | null>((best, one) => (best === null || one.forMs > best.forMs ? one : best), null) ??
    otherwise
  );
}

/** How long an event is tried again: a day, and a week in generation 1. */
export function retriesOfEvents(generation: Generation): string {
  return generation === 1 ? "7 days" : "24 hours";
}
