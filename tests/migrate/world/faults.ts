import { type Ports, Refused, Unseen } from "../../../src/migrate/ports/world.ts";
import type { Place } from "./place.ts";

/** How often a call to the outside goes wrong; shares from 0 to 1. */
export interface FaultRates {
  /** 429 and 503, and the connection lost before anything came about. */
  readonly before: number;
  /** It came about, and the answer got lost. */
  readonly after: number;
  /** The outside says no. */
  readonly refused: number;
  readonly slow: number;
}

export interface Faulty {
  readonly ports: Ports;
  /** Null: nothing goes wrong any longer. */
  rates: FaultRates | null;
  /** Called before each call to the outside; null: it goes on as if nothing had been. */
  onCall: ((call: Call) => Promise<Suspended | null>) | null;
}

export interface Call {
  /** "holders.lead". */
  readonly named: string;
  readonly changes: boolean;
}

/**
 * Its process is suspended in the middle of the call, for longer than its lock holds. Whatever it has sent by then lands
 * before that; what it had not, it never sends: see cli/wire/migrate/fence.ts. What only reads is simply read later.
 */
export interface Suspended {
  readonly hasLanded: boolean;
  /** It is sent all the same, to show what comes of that. */
  readonly sendsLate?: boolean;
  meanwhile(): Promise<void>;
}

/** Calls that change something. */
const changing: ReadonlySet<string> = new Set([
  "copies.deploy",
  "copies.remove",
  "holders.lead",
  "jobs.pause",
  "jobs.resume",
  "jobs.run",
  "queues.override",
  "callers.rewrite",
]);

/** Ports that are as unreliable as networks are. The clock and the file of one's own checkout are not among those. */
export function createFaulty(world: Ports, place: Place, rates: FaultRates | null): Faulty {
  const { random, timeline } = place;
  const faulty: Faulty = { ports: world, rates, onCall: null };

  async function call(named: string, method: (...given: unknown[]) => Promise<unknown>, given: unknown[]) {
    timeline.advance(random.between(20, 400));
    const changes = changing.has(named);
    const suspended = (await faulty.onCall?.({ named, changes })) ?? null;
    if (suspended !== null) {
      if (changes && suspended.hasLanded) await method(...given);
      await suspended.meanwhile();
      if (changes && suspended.sendsLate) await method(...given);
      if (changes) throw new Refused("The lock of the move has run out while this process was suspended.");
    }
    const { rates: now } = faulty;
    if (now === null) return method(...given);
    if (random.chance(now.slow)) timeline.advance(random.between(1_000, 50_000));
    if (random.chance(now.before))
      throw new Unseen(random.pick(["answered 429", "answered 503", "closed the connection"]));
    if (random.chance(now.refused)) throw new Refused(`${named} answered 403: permission denied.`);
    const answer = await method(...given);
    if (random.chance(now.after)) throw new Unseen(`${named}: the connection was lost before the answer came`);
    return answer;
  }

  const wrapped = Object.entries(world).map(([part, port]) => {
    if (part === "clock" || part === "manifest") return [part, port];
    const methods = Object.entries(port as Record<string, unknown>).map(([key, value]) => [
      key,
      typeof value === "function"
        ? (...given: unknown[]) =>
            call(`${part}.${key}`, value.bind(port) as (...all: unknown[]) => Promise<unknown>, given)
        : value,
    ]);
    return [part, Object.fromEntries(methods)];
  });
  return Object.assign(faulty, { ports: Object.fromEntries(wrapped) as Ports });
}
