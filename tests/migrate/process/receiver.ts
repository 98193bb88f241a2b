import type { CopyAddress, Delivery, DeliveryAnswer, DeliveryRequest } from "../../../src/sandbox/run/delivery.ts";

/** What the function's code does, in every copy: it takes each event once by its ledger, or, without one, each time. */
export interface Receiver extends Delivery {
  /** How often each event took effect. */
  readonly effects: ReadonlyMap<string, number>;
  /** When each request was taken, in order, by the sandbox's clock; empty where nobody asked for it. */
  readonly times: readonly number[];
}

export interface ReceiverOptions {
  /** The sender's id of an event, as a request brings it. */
  readonly eventOf: (request: DeliveryRequest) => string | null;
  readonly isLive: (copy: CopyAddress) => Promise<boolean>;
  /** Null: times are not kept. */
  readonly now: (() => Promise<number>) | null;
  /** Writes the record of an event's effect, where reconciliation reads it; null: it keeps no ledger. */
  readonly record: ((event: string, region: string) => Promise<void>) | null;
}

export function createReceiver({ eventOf, isLive, now, record }: ReceiverOptions): Receiver {
  const effects = new Map<string, number>();
  const times: number[] = [];
  return {
    effects,
    times,
    async deliver(copy, request) {
      if (!(await isLive(copy))) return answer(404);
      const event = eventOf(request);
      if (event === null) return answer(400);
      if (now !== null) times.push(await now());
      if (record === null || !effects.has(event)) {
        effects.set(event, (effects.get(event) ?? 0) + 1);
        await record?.(event, copy.region);
      }
      return answer(200);
    },
  };
}

function answer(status: number): DeliveryAnswer {
  const body = new TextEncoder().encode(status === 200 ? '{"result":{}}' : "");
  return { status, headers: { "content-type": "application/json" }, body };
}
