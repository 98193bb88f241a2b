import type { World } from "../../http/call.ts";
import type { JsonObject } from "../../state/json.ts";
import type { Due } from "../agenda.ts";
import { carry, postponed } from "../carry.ts";
import { oidcToken } from "../oidc.ts";
import { dropPending, keepPending, type Pending, pendingOf, type Subscriber, subscriber, wake } from "./messages.ts";

/** Statuses that Pub/Sub counts as an acknowledgement. */
const acknowledged = new Set([102, 200, 201, 202, 204]);
const deadlineMs = 600_000;

/** One try to deliver a message to one subscriber, and the next where it was not acknowledged. */
export async function push(world: World, due: Due): Promise<void> {
  const pending = pendingOf(world, String(due.data.pending));
  if (pending === undefined) return;
  const to = subscriber(world, pending.subscriber);
  // A deleted subscription takes along what waits in it.
  if (to === undefined) {
    dropPending(world, pending);
    return;
  }
  if (to.url === null) return;
  const short = pending.topic.split("/").at(-1) ?? "";
  if (postponed(world, due, { sender: "pubsub", type: short, url: to.url })) return;
  const now = world.now().getTime();
  if (now - Date.parse(pending.message.publishTime) >= to.keptMs) {
    dropPending(world, pending);
    return;
  }
  pending.attempts += 1;
  keepPending(world, pending);
  const time = Math.floor(now / 1000);
  const { headers, body } = requestOf(pending, to);
  const arrival = await carry(world, {
    sender: "pubsub",
    event: pending.message.messageId,
    type: short,
    url: to.url,
    method: "POST",
    headers: {
      "content-type": "application/json",
      from: "noreply@google.com",
      "user-agent": "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)",
      ...(to.token === null ? {} : { authorization: `Bearer ${oidcToken(to.token.email, to.token.audience, time)}` }),
      ...headers,
    },
    body: Buffer.from(JSON.stringify(body)),
    attempt: pending.attempts,
    deadlineMs,
    isTaken: (status) => acknowledged.has(status),
  });
  if (pendingOf(world, String(due.data.pending)) === undefined) return;
  if (arrival.taken || !to.retries) dropPending(world, pending);
  else {
    const pause = Math.min(to.minPauseMs * 2 ** (pending.attempts - 1), to.maxPauseMs);
    wake(world, pending.subscriber, pending.message.messageId, world.now().getTime() + pause);
  }
}

/** How the three kinds of subscribers get a message. */
function requestOf({ message, topic, subscriber: name }: Pending, to: Subscriber) {
  const wire: JsonObject = {
    ...(message.data === undefined ? {} : { data: message.data }),
    ...(Object.keys(message.attributes).length === 0 ? {} : { attributes: { ...message.attributes } }),
    messageId: message.messageId,
    message_id: message.messageId,
    publishTime: message.publishTime,
    publish_time: message.publishTime,
    ...(message.orderingKey === undefined ? {} : { orderingKey: message.orderingKey }),
  };
  if (to.form === "push") return { headers: {}, body: { message: wire, subscription: name } };
  if (to.form === "event") {
    const headers = {
      "ce-id": message.messageId,
      "ce-source": `//pubsub.googleapis.com/${topic}`,
      "ce-specversion": "1.0",
      "ce-time": message.publishTime,
      "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    };
    return { headers, body: { message: wire, subscription: name } };
  }
  const kind = "type.googleapis.com/google.pubsub.v1.PubsubMessage";
  return {
    headers: {},
    body: {
      context: {
        eventId: message.messageId,
        timestamp: message.publishTime,
        eventType: "google.pubsub.topic.publish",
        resource: { service: "pubsub.googleapis.com", name: topic, type: kind },
      },
      data: { "@type": kind, attributes: { ...message.attributes }, data: message.data ?? "" },
    },
  };
}
