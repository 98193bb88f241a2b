import { createHmac } from "node:crypto";
import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { settingsOf } from "../settings.ts";
import { attemptId, attemptKind, putSending, sendingOf, shownEvent } from "./events.ts";
import { type Receiver, receiver, signingSecret } from "./receivers.ts";

const minute = 60_000;
const hour = 60 * minute;
/** How long Stripe tries: 3 days after the event in live mode. */
const livePatienceMs = 72 * hour;
/** Stripe documents that the tries get rarer exponentially, not at which times: these are ours. */
const longestPauseMs = 12 * hour;
const testPausesMs = [hour, 3 * hour];
/** Stripe wants an answer "quickly" and does not say how quickly. */
const deadlineMs = 20_000;

/** When the next try is after `attempts` of them, in milliseconds since the epoch; null when there is none. */
export function nextTry(mode: "live" | "test", attempts: number, createdAt: number, now: number): number | null {
  if (mode === "test") {
    const pause = testPausesMs[attempts - 1];
    return pause === undefined ? null : now + pause;
  }
  const next = now + Math.min(5 * minute * 3 ** (attempts - 1), longestPauseMs);
  return next - createdAt > livePatienceMs ? null : next;
}

/** `Stripe-Signature` of a body: `t=SECONDS,v1=HMAC-SHA256(secret, "SECONDS.BODY")`. */
export function signature(secret: string, body: string, time: number): string {
  return `t=${time},v1=${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}

/** One try to deliver an event, and the next one where it was not taken. */
export async function attempt(world: World, due: Due): Promise<void> {
  const data = due.data as { event: string; receiver: string };
  const event = world.shelf.get("stripe-events", data.event);
  const sending = sendingOf(world, data.event, data.receiver);
  if (event === undefined || sending === undefined || sending.state !== "pending") return;
  const to = receiver(world, data.receiver);
  if (to === null || !to.enabled) {
    // What is due for an endpoint that is off or gone is not tried further.
    putSending(world, data.event, data.receiver, { ...sending, state: "ended" });
    return;
  }
  const url = settingsOf(world.shelf).stripeRetryUrl === "first" ? sending.firstUrl : to.url;
  if (postponed(world, due, { sender: "stripe", type: String(event.type), url })) return;
  const attempts = sending.attempts + 1;
  putSending(world, data.event, data.receiver, { ...sending, attempts });
  const taken = await send(world, event, to, url, attempts);
  // The event may have been resent by hand meanwhile.
  if (sendingOf(world, data.event, data.receiver)?.state === "succeeded") return;
  const created = Number(event.created) * 1000;
  const mode = settingsOf(world.shelf).stripeRetries;
  const next = taken ? null : nextTry(mode, attempts, created, world.now().getTime());
  const state = taken ? "succeeded" : next === null ? "ended" : "pending";
  putSending(world, data.event, data.receiver, { ...sending, attempts, state });
  if (next !== null) world.agenda.put(attemptId(data), next, attemptKind, data);
}

/** Sends an event again because somebody asked for it. What waits to be tried goes on waiting unless it was taken. */
export async function resend(world: World, due: Due): Promise<void> {
  const data = due.data as { event: string; receiver: string };
  const event = world.shelf.get("stripe-events", data.event);
  const to = receiver(world, data.receiver);
  if (event === undefined || to === null) return;
  const before = sendingOf(world, data.event, data.receiver);
  const attempts = (before?.attempts ?? 0) + 1;
  const sending = before ?? { firstUrl: to.url, state: "ended" as const, attempts: 0 };
  putSending(world, data.event, data.receiver, { ...sending, attempts });
  if (!(await send(world, event, to, to.url, attempts))) return;
  putSending(world, data.event, data.receiver, { ...sending, attempts, state: "succeeded" });
  world.agenda.cancel(attemptId(data));
}

async function send(world: World, event: JsonObject, to: Receiver, url: string, attempts: number): Promise<boolean> {
  const body = JSON.stringify(shownEvent(world, event), null, 2);
  const time = Math.floor(world.now().getTime() / 1000);
  const arrival = await carry(world, {
    sender: "stripe",
    event: String(event.id),
    type: String(event.type),
    url,
    method: "POST",
    headers: {
      accept: "*/*; q=0.5, application/xml",
      "cache-control": "no-cache",
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": signature(signingSecret(world, to.id), body, time),
      "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    },
    body: Buffer.from(body),
    attempt: attempts,
    deadlineMs,
  });
  return arrival.taken;
}
