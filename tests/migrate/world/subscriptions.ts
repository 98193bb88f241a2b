import type { Backlogs } from "../../../src/migrate/ports/world.ts";
import type { Place } from "./place.ts";
import { day, minute, type Remover } from "./receivers.ts";

interface Subscription {
  readonly region: string;
  /** Gets some events from here on, and every event from there on. */
  readonly someFrom: number;
  readonly allFrom: number;
  readonly backlog: Map<string, number>;
}

export interface SubscriptionWorld extends Backlogs {
  make(region: string, isActive: boolean): void;
  drop(region: string, by: Remover): void;
  publish(key: string): void;
}

/** How far the counters of a subscription are behind. */
const delayMs = 4 * minute;

/** Each copy has a subscription of its own; a new one takes minutes to get every event. */
export function createSubscriptions(place: Place): SubscriptionWorld {
  const { timeline, random, receivers } = place;
  const all = new Map<string, Subscription>();
  /** Backlog at each change, so that a look can be late. */
  const seen = new Map<string, { readonly at: number; readonly came: readonly number[] }[]>();
  /** Regions whose trigger a stranger has deleted, with the time from which a new one gets every event; null: none does. */
  const missing = new Map<string, number | null>();

  function note({ region, backlog }: Subscription): void {
    const list = seen.get(region) ?? [];
    seen.set(region, list);
    list.push({ at: timeline.now(), came: [...backlog.values()] });
  }

  function deliver(subscription: Subscription, key: string, wait: number): void {
    const { region, backlog } = subscription;
    const came = backlog.get(key);
    if (all.get(region) !== subscription || came === undefined) return;
    const isTaken = receivers.handle(region, key, true) === "taken";
    if (!isTaken && timeline.now() > came + day) receivers.giveUp(key);
    if (isTaken || timeline.now() > came + day) {
      backlog.delete(key);
      note(subscription);
      return;
    }
    timeline.after(wait, () => deliver(subscription, key, Math.min(wait * 2, 10 * minute)));
  }

  return {
    make(region, isActive) {
      const now = timeline.now();
      const someFrom = isActive ? now : now + random.between(0, 4 * minute);
      const allFrom = isActive ? now : someFrom + random.between(0, 5 * minute);
      all.set(region, { region, someFrom, allFrom, backlog: new Map() });
      if (missing.has(region)) missing.set(region, allFrom);
    },
    drop(region, by) {
      const subscription = all.get(region);
      all.delete(region);
      seen.delete(region);
      missing.delete(region);
      if (by !== "stranger") return;
      missing.set(region, null);
      for (const key of subscription?.backlog.keys() ?? []) receivers.excuse(key, "a stranger had deleted its trigger");
    },
    publish(key) {
      receivers.event(key);
      // While a stranger's deletion is not made good, one trigger alone has to take it, and may not be active yet.
      const getting = [...all.values()].filter(({ someFrom, allFrom }) => {
        const now = timeline.now();
        return now >= allFrom || (now >= someFrom && random.chance(0.5));
      });
      const isMissing = [...missing.values()].some((until) => until === null || timeline.now() < until);
      if (getting.length === 0 && isMissing) receivers.excuse(key, "a stranger had deleted the trigger");
      for (const subscription of getting) {
        subscription.backlog.set(key, timeline.now());
        note(subscription);
        timeline.after(random.between(50, 3_000), () => deliver(subscription, key, 10_000));
      }
    },
    async look(_name, region) {
      const knownUntil = timeline.now() - delayMs;
      const came = (seen.get(region) ?? []).findLast(({ at }) => at <= knownUntil)?.came ?? [];
      return { waiting: came.length, oldest: came.length === 0 ? null : Math.min(...came), knownUntil };
    },
  };
}
