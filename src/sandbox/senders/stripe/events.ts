import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import { type StripeCall, seconds, stripeId } from "./account.ts";
import { type Receiver, receiversOf } from "./receivers.ts";

/** Version that events are rendered in where an endpoint has none of its own. */
export const apiVersion = "2026-10-28.clover";

export const attemptKind = "stripe-attempt";
export const resendKind = "stripe-resend";

/** How the delivery of one event to one receiver stands. */
export interface Sending {
  /** URL of the receiver when the event happened. */
  readonly firstUrl: string;
  /** "ended": the tries are used up, or the receiver was switched off or deleted when one was due. */
  readonly state: "pending" | "succeeded" | "ended";
  readonly attempts: number;
}

const sendings = "stripe-sendings";

/**
 * Something has happened to an object: writes the event down and puts its delivery to every receiver that wants it into
 * the agenda. `previous` are the changed fields of an update as they were.
 */
export function emit(call: StripeCall, type: string, object: JsonObject, previous?: JsonObject): JsonObject {
  const { world } = call;
  const event: JsonObject = {
    id: stripeId(world, "evt"),
    object: "event",
    ...(call.account === null ? {} : { account: call.account }),
    api_version: apiVersion,
    created: seconds(world),
    data: {
      object: structuredClone(object),
      ...(previous === undefined ? {} : { previous_attributes: structuredClone(previous) }),
    },
    livemode: false,
    request: { id: call.request?.id ?? null, idempotency_key: call.request?.key ?? null },
    type,
  };
  world.shelf.put("stripe-events", String(event.id), event);
  for (const receiver of receiversOf(world)) {
    if (receiver.enabled && receiver.connect === (call.account !== null) && wants(receiver, type)) {
      putSending(world, String(event.id), receiver.id, { firstUrl: receiver.url, state: "pending", attempts: 0 });
      const data = { event: String(event.id), receiver: receiver.id };
      world.agenda.put(attemptId(data), world.now().getTime(), attemptKind, data);
    }
  }
  return event;
}

export function attemptId({ event, receiver }: { event: string; receiver: string }): string {
  return `stripe:${event}:${receiver}`;
}

export function wants(receiver: Receiver, type: string): boolean {
  return receiver.types.includes("*") || receiver.types.includes(type);
}

export function putSending(world: World, event: string, receiver: string, sending: Sending): void {
  const all = world.shelf.get(sendings, event) ?? {};
  world.shelf.put(sendings, event, { ...all, [receiver]: { ...sending } });
}

export function sendingOf(world: World, event: string, receiver: string): Sending | undefined {
  return world.shelf.get(sendings, event)?.[receiver] as unknown as Sending | undefined;
}

/** Where an event was to go, and how far it came. */
export function sendingsOf(world: World, event: string): Sending[] {
  return Object.values(world.shelf.get(sendings, event) ?? {}) as unknown as Sending[];
}

/** The event with how many of its deliveries have not been taken yet. */
export function shownEvent(world: World, event: JsonObject): JsonObject {
  const open = sendingsOf(world, String(event.id)).filter(({ state }) => state === "pending");
  const { type, request, ...rest } = event;
  return { ...rest, pending_webhooks: open.length, request: request ?? null, type: type ?? "" };
}
