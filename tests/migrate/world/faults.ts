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
  /** Called before each call to the outside, with its name: "holders.lead". */
  onCall: ((call: string) => Promise<void>) | null;
}

/** Ports that are as unreliable as networks are. The clock and the file of one's own checkout are not among those. */
export function createFaulty(world: Ports, place: Place, rates: FaultRates | null): Faulty {
  const { random, timeline } = place;
  const faulty: Faulty = { ports: world, rates, onCall: null };

  async function call(named: string, method: (...given: unknown[]) => Promise<unknown>, given: unknown[]) {
    timeline.advance(random.between(20, 400));
    await faulty.onCall?.(named);
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
